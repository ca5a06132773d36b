// A hash of what models.S embeds: cffbbf0191dca1399afdd230850cf0be
