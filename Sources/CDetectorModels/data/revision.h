// A hash of what models.S embeds: 2f244ef148ba8ba00e3d1d25e21e1652
