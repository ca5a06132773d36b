// A hash of what models.S embeds: 95827a9e34fbbd2ae1fade9191f18803
