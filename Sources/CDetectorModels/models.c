#include "CDetectorModels.h"

extern const uint8_t gatehouse_injection_model_begin[], gatehouse_injection_model_end[];
extern const uint8_t gatehouse_training_grammars_begin[], gatehouse_training_grammars_end[];
extern const uint8_t gatehouse_word_lexicon_begin[], gatehouse_word_lexicon_end[];

const uint8_t *gatehouse_injection_model(void) { return gatehouse_injection_model_begin; }
size_t gatehouse_injection_model_size(void) {
    return (size_t)(gatehouse_injection_model_end - gatehouse_injection_model_begin);
}

const uint8_t *gatehouse_training_grammars(void) { return gatehouse_training_grammars_begin; }
size_t gatehouse_training_grammars_size(void) {
    return (size_t)(gatehouse_training_grammars_end - gatehouse_training_grammars_begin);
}

const uint8_t *gatehouse_word_lexicon(void) { return gatehouse_word_lexicon_begin; }
size_t gatehouse_word_lexicon_size(void) {
    return (size_t)(gatehouse_word_lexicon_end - gatehouse_word_lexicon_begin);
}
