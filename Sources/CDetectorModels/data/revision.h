// A hash of what models.S embeds: 1c91b6b1cbb76312997fea8f19bdb325
