// Embeds files as they are. `data/revision.h` holds a hash of each, so that a build notices a change of them.
#include "revision.h"

    .section .rodata
    .balign 16
    .globl gatehouse_injection_model_begin
gatehouse_injection_model_begin:
    .incbin "injection.model"
    .globl gatehouse_injection_model_end
gatehouse_injection_model_end:
    .byte 0

    .balign 16
    .globl gatehouse_training_grammars_begin
gatehouse_training_grammars_begin:
    .incbin "attacks.grammar"
    .incbin "languages.grammar"
    .incbin "carriers.grammar"
    .incbin "benign.grammar"
    .incbin "framings.grammar"
    .incbin "orders.grammar"
    .incbin "looks.grammar"
    .incbin "manuals.grammar"
    .incbin "examples.grammar"
    .incbin "security.grammar"
    .incbin "pages.grammar"
    .incbin "replies.grammar"
    .incbin "switches.grammar"
    .incbin "asks.grammar"
    .globl gatehouse_training_grammars_end
gatehouse_training_grammars_end:
    .byte 0

    .balign 16
    .globl gatehouse_word_lexicon_begin
gatehouse_word_lexicon_begin:
    .incbin "words.lexicon"
    .globl gatehouse_word_lexicon_end
gatehouse_word_lexicon_end:
    .byte 0

    .section .note.GNU-stack,"",@progbits
