// The weights of learned detectors, as bytes of the program's read-only data.
#ifndef GATEHOUSE_DETECTOR_MODELS_H
#define GATEHOUSE_DETECTOR_MODELS_H

#include <stddef.h>
#include <stdint.h>

/// The injection detector's model, in the format of `InjectionModel`.
const uint8_t *_Nonnull gatehouse_injection_model(void);
size_t gatehouse_injection_model_size(void);

/// The grammars that training texts are written by, as UTF-8, each file after the other.
const uint8_t *_Nonnull gatehouse_training_grammars(void);
size_t gatehouse_training_grammars_size(void);

/// The kinds of words that the injection detector is trained with, as UTF-8.
const uint8_t *_Nonnull gatehouse_word_lexicon(void);
size_t gatehouse_word_lexicon_size(void);

/// The model of the recogniser of names, in the format of `EntityModel`.
const uint8_t *_Nonnull gatehouse_entity_model(void);
size_t gatehouse_entity_model_size(void);

#endif
