// A hash of what models.S embeds: 512cb29268d829d59bd0234398791b03
