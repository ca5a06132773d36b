extension EntityTemplates {
    static let french = #"""
        Bonjour {given}, merci pour ta réponse. Je parle avec {person} et je te rappelle {weekday}.
        Cher Monsieur {family},\n\nveuillez trouver ci-joint la facture {id} du mois de {month}.\n\nCordialement,\n{person}\n{org}
        Chère Madame {family}, votre commande du {date} a été envoyée au {address}.
        Je m'appelle {person} et j'habite à {place}.
        je m'appelle {given} et je viens de {place}
        Merci de changer mon adresse : {address}.
        Nom : {person}\nAdresse : {address}\nTéléphone : {phone}
        Prénom : {given}\nNom : {family}\nRue : {street}\nCode postal : {zip}\nVille : {place}
        Patient : {person}, né le {date} à {place}. Médecin traitant : Dr {family}, {org}.
        {org} a annoncé {weekday} le rachat de {org} pour {money}.
        {person}, directeur général de {org}, a démissionné le {date}.
        Le contrat entre {org}, {address}, et {person}, demeurant {address}, prend fin le {date}.
        Le tribunal de {place} a condamné {person} à une amende de {money}.
        Je travaille chez {org} à {place} comme {job}.
        La réunion avec {person} et {person} est prévue {weekday} à {time}.
        Peux-tu demander à {given} si {given} vient {weekday} ?
        Quel temps fait-il à {place} en {month} ?
        Le train de {place} à {place} est en retard.
        L'été dernier, nous avons visité {place}, {place} et {place}.
        Notre bureau se trouve {address}.
        M. {family} et Mme {family} habitent à {place} depuis {year}.
        Mme {person} est née à {place} en {year} et a étudié à l'{university}.
        De : {person} <{email}>\nÀ : {person} <{email}>\nObjet : réunion à {place}
        Le {date}, {person} a écrit :
        L'employée {person} (matricule {id}) rejoint {org}.
        Bien à vous,\n{given}
        Cordialement,\n{person}\n{org}\n{address}
        Adresse de facturation :\n{person}\n{address}
        Bénéficiaire : {person}, IBAN {id}, banque : {org}
        Veuillez virer {money} à {person}.
        Selon {person}, de {org}, l'usine de {place} va fermer.
        Le patient {family} s'est présenté aux urgences le {date}.
        {place} se trouve en {country}. Les habitants de {place} en sont fiers.
        Connais-tu {person} ? Il a travaillé pour {org}.
        Le frère de {given}, {given}, vit à {place}.
        Le maire de {place}, {person}, a rencontré les habitants du quartier de la {street}.
        {family}, {given}; {address}; {phone}
        {id},{given},{family},{date},{org},{place}
        - {person} ({org})\n- {person} ({place})
        Participants : {person}, {person} et {person}
        Client : {person}, société : {org}, ville : {place}
        {given} : tu es là ?\n{given} : oui, un instant
        Contact : {person}, {phone}
        Ma fille {given} va à l'école à {place}.
        La livraison au {address} a échoué, {person} était absent.
        Maître {family}, avocat au barreau de {place}, représente {org}.
        L'accident a eu lieu {street} à {place} vers {time}.
        Fait à {place}, le {date}
        D'après {given}, c'est {person} qui a signé.
        l'entreprise {org} est implantée à {place} et à {place}
        """#

    static let frenchNegatives = #"""
        La commande a été expédiée {weekday} et arrivera en {month}.
        Ouvrez les Paramètres et choisissez Réseau, puis cliquez sur Avancé.
        Le médecin a prescrit un traitement. Les examens n'ont rien montré.
        Nous recherchons un {job} avec cinq ans d'expérience.
        Madame, Monsieur,\n\nje souhaite résilier mon contrat.
        Comment écrire une fonction en Python qui trie une liste ?
        Écris un poème sur la mer et les étoiles.
        Le Vendeur s'engage à livrer les Produits à l'Acheteur dans les délais prévus au Contrat.
        Lundi, mardi et mercredi je suis libre, jeudi malheureusement pas.
        Je voudrais {thing}, {thing} et {thing}, s'il vous plaît.
        Elle parle {language} et {language}.
        Erreur : connexion refusée. Nouvelle tentative dans {number} secondes.
        ATTENTION : NE PAS OUVRIR L'APPAREIL.
        Conditions générales\nPolitique de confidentialité\nMentions légales
        La rue est fermée, la déviation passe par le pont et la place du marché.
        Joyeux Noël et bonne année ! Pâques est en avril.
        L'Assemblée nationale a voté la loi. Le Sénat et le Gouvernement en débattent.
        Chapitre {number} : Les bases du traitement des données
        Bonjour, bonsoir, merci beaucoup et à bientôt.
        Cordialement,\nLe Service Client
        Le {job} et la comptable vérifient la facture du mois de {month}.
        Quels documents faut-il pour faire une demande de prêt à la banque ?
        L'Internet est lent ce matin. Le Bluetooth ne marche pas sur mon Android.
        Dans une grande casserole, faites fondre le beurre. Ajoutez {number} g de farine.
        Quelle est la capitale de ce pays et combien d'habitants compte-t-elle ?
        Il était une fois une Princesse qui vivait dans un château au bord de la rivière.
        Cependant, le résultat dépend de la qualité des données. Ensuite, il faut comparer.
        Étape 1 : Préparer le matériel. Étape 2 : Vérifier la tension.
        """#
}
