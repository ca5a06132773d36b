// A hash of what models.S embeds: fcd9e01bcfc79cc5d27aa9a4810ac050
