// Embeds the model of names as it is. `data/entities.h` holds its hash, so that a build notices a change of it.
#include "entities.h"

    .section .rodata
    .balign 16
    .globl gatehouse_entity_model_begin
gatehouse_entity_model_begin:
    .incbin "entities.model"
    .globl gatehouse_entity_model_end
gatehouse_entity_model_end:
    .byte 0

    .section .note.GNU-stack,"",@progbits
