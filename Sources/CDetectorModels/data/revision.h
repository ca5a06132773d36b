// A hash of what models.S embeds: f27c59d17519ea390c9bda4c443d750f
