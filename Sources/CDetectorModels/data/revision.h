// A hash of what models.S embeds: fab0c8f6ac3b8d0492afef8c034753fc
