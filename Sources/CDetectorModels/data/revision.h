// A hash of what models.S embeds: 07f93abd155f5c1dbbde57b2d7b9107d
