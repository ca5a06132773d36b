#include "CDetectorModels.h"

extern const uint8_t gatehouse_entity_model_begin[], gatehouse_entity_model_end[];

const uint8_t *gatehouse_entity_model(void) { return gatehouse_entity_model_begin; }
size_t gatehouse_entity_model_size(void) { return (size_t)(gatehouse_entity_model_end - gatehouse_entity_model_begin); }
