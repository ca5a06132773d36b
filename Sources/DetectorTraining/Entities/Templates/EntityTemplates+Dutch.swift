extension EntityTemplates {
    static let dutch = #"""
        Hoi {given}, bedankt voor je snelle antwoord. Ik spreek met {person} en laat het je {weekday} weten.
        Geachte heer {family},\n\nbijgaand vindt u factuur {id} van {month}.\n\nMet vriendelijke groet,\n{person}\n{org}
        Geachte mevrouw {family}, uw bestelling van {date} is verzonden naar {address}.
        Mijn naam is {person} en ik woon in {place}.
        ik heet {given} en ik kom uit {place}
        Wilt u mijn adres wijzigen in {address}?
        Naam: {person}\nAdres: {address}\nTelefoon: {phone}
        Voornaam: {given}\nAchternaam: {family}\nStraat: {street}\nPostcode: {zip}\nPlaats: {place}
        Patiënt: {person}, geboren op {date} te {place}. Huisarts: dr. {family}, {org}.
        {org} maakte {weekday} bekend {org} over te nemen voor {money}.
        {person}, directeur van {org}, trad af op {date}.
        Het contract tussen {org}, {address}, en {person}, wonende te {address}, eindigt op {date}.
        De rechtbank in {place} veroordeelde {person} tot een boete van {money}.
        Ik werk bij {org} in {place} als {job}.
        De afspraak met {person} en {person} is {weekday} om {time}.
        Kun je {given} vragen of {given} {weekday} komt?
        Wat voor weer is het in {place} in {month}?
        De trein van {place} naar {place} heeft vertraging.
        Vorige zomer bezochten we {place}, {place} en {place}.
        Ons kantoor is gevestigd aan {address}.
        Meneer {family} en mevrouw {family} wonen sinds {year} in {place}.
        {person} werd in {year} geboren in {place} en studeerde aan de {university}.
        Van: {person} <{email}>\nAan: {person} <{email}>\nOnderwerp: overleg in {place}
        Op {date} schreef {person}:
        Medewerker {person} (nummer {id}) stapt over naar {org}.
        Groetjes,\n{given}
        Met vriendelijke groet,\n{person}\n{org}\n{address}
        Factuuradres:\n{person}\n{address}
        Begunstigde: {person}, IBAN {id}, bank: {org}
        Graag {money} overmaken aan {person}.
        Volgens {person} van {org} gaat de fabriek in {place} dicht.
        Patiënt {family} meldde zich op {date} bij de spoedeisende hulp.
        {place} ligt in {country}. De inwoners van {place} zijn er trots op.
        Ken je {person}? Hij werkte vroeger voor {org}.
        De broer van {given}, {given}, woont in {place}.
        De burgemeester van {place}, {person}, bezocht de {street}.
        {family}, {given}; {address}; {phone}
        {id},{given},{family},{date},{org},{place}
        - {person} ({org})\n- {person} ({place})
        Aanwezig: {person}, {person} en {person}
        Klant: {person}, bedrijf: {org}, plaats: {place}
        {given}: ben je er?\n{given}: ja, momentje
        Mijn dochter {given} gaat naar school in {place}.
        De bezorging op {address} is mislukt, {person} was niet thuis.
        Het ongeluk gebeurde op de {street} in {place} rond {time}.
        {place}, {date}
        """#

    static let dutchNegatives = #"""
        De bestelling is {weekday} verzonden en komt in {month} aan.
        Open Instellingen, kies Netwerk en klik op Geavanceerd.
        De arts schreef een behandeling voor. Het onderzoek toonde niets aan.
        Wij zoeken een {job} met vijf jaar ervaring.
        Geachte heer of mevrouw,\n\nik wil mijn contract opzeggen.
        Hoe schrijf ik een functie in Python die een lijst sorteert?
        Schrijf een gedicht over de zee en de sterren.
        De Verkoper levert de Producten aan de Koper volgens de Overeenkomst.
        Maandag, dinsdag en woensdag ben ik vrij, donderdag niet.
        Ik wil graag {thing}, {thing} en {thing}.
        Zij spreekt {language} en {language}.
        Fout: verbinding geweigerd. Nieuwe poging over {number} seconden.
        LET OP: HET APPARAAT NIET OPENEN.
        Algemene voorwaarden\nPrivacybeleid\nContact
        De straat is afgesloten, de omleiding gaat over de brug en het plein.
        Fijne Kerst en een gelukkig nieuwjaar! Pasen valt in april.
        De Tweede Kamer nam de wet aan. Het Kabinet en de Senaat praten erover.
        Hoofdstuk {number}: De basis van gegevensverwerking
        Hallo, goedemiddag, hartelijk dank en tot ziens.
        Met vriendelijke groet,\nDe klantenservice
        De {job} en de boekhouder controleren de factuur van {month}.
        Welke papieren heb ik nodig voor een lening bij de bank?
        Het Internet is traag vanmorgen. Mijn Android maakt geen verbinding met Bluetooth.
        Smelt de boter in een grote pan. Voeg {number} g bloem toe.
        Wat is de hoofdstad van dit land en hoeveel mensen wonen er?
        Er was eens een Prinses die in een kasteel aan de rivier woonde.
        """#
}
