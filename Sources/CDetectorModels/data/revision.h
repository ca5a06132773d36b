// A hash of what models.S embeds: 2f5d1de4cab9ba78d8d6a62940737c3c
