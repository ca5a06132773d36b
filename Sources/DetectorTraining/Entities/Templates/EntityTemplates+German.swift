extension EntityTemplates {
    static let german = #"""
        Hallo {given}, danke für die schnelle Antwort. Ich spreche mit {person} und melde mich bis {weekday}.
        Sehr geehrter Herr {family},\n\nanbei erhalten Sie die Rechnung {id} für {month}.\n\nMit freundlichen Grüßen\n{person}\n{org}
        Sehr geehrte Frau {family}, Ihre Bestellung vom {date} wurde an {address} verschickt.
        Liebe {given}, lieber {given}, vielen Dank für die Einladung nach {place}.
        Mein Name ist {person} und ich wohne in {place}, {street}.
        ich heiße {given} und komme aus {place}
        Bitte ändern Sie meine Adresse auf {address}.
        Name: {person}\nAnschrift: {address}\nTelefon: {phone}
        Patient: {person}, geboren am {date} in {place}. Behandelnder Arzt: Dr. {family}, {org}.
        Vorname: {given}\nNachname: {family}\nStraße: {street}\nPLZ: {zip}\nOrt: {place}
        Die {org} hat am {weekday} angekündigt, die {org} für {money} zu übernehmen.
        {person}, Geschäftsführer der {org}, trat am {date} zurück.
        Der Vertrag zwischen der {org}, {address}, und Herrn {person}, wohnhaft {address}, endet am {date}.
        Das Landgericht {place} verurteilte {person} zu einer Geldstrafe von {money}.
        Ich arbeite bei {org} in {place} als {job}.
        Der Termin mit {person} und {person} ist am {weekday} um {time} Uhr.
        Kannst du {given} fragen, ob {given} am {weekday} kommt?
        Wie ist das Wetter in {place} im {month}?
        Der Zug von {place} nach {place} hat Verspätung.
        Wir waren letztes Jahr in {place}, {place} und {place}.
        Unser Büro ist in der {street} in {place}.
        Das Restaurant liegt in {address}.
        Frau Dr. {family} und Herr Prof. {family} lehren an der {university}.
        {person} wurde {year} in {place} geboren und studierte an der {university}.
        Von: {person} <{email}>\nAn: {person} <{email}>\nBetreff: Treffen in {place}
        Am {date} schrieb {person}:
        Mitarbeiterin {person} (Personalnummer {id}) wechselt zur {org}.
        Viele Grüße\n{given}
        Mit besten Grüßen\n{person}\n{org}\n{address}
        Rechnungsadresse:\n{person}\n{address}
        Empfänger: {person}, IBAN {id}, Bank: {org}
        Bitte überweisen Sie {money} an {person}.
        Laut {person} von {org} wird das Werk in {place} geschlossen.
        Herr {family} und Frau {family} wohnen seit {year} in {place}.
        Der Patient {family} stellte sich am {date} in der Notaufnahme vor.
        {place} liegt in {country}. Die Einwohner von {place} sind stolz darauf.
        Kennst du {person}? Er hat früher bei {org} gearbeitet.
        {given}s Bruder {given} lebt in {place}.
        {person} aus {place} sucht eine Wohnung in der {street}.
        Die Stadt {place} und das Land {country} fördern das Projekt.
        {family}, {given}; {address}; {phone}
        {id};{given};{family};{date};{org};{place}
        - {person} ({org})\n- {person} ({place})
        Teilnehmer: {person}, {person} und {person}
        Kunde: {person}, Firma: {org}, Stadt: {place}
        {given}: Bist du da?\n{given}: Ja, Moment
        Ansprechpartner: {person}, {phone}
        Meine Tochter {given} geht in {place} zur Schule.
        Die Lieferung an {address} ist fehlgeschlagen, {person} war nicht zu Hause.
        Zwischen {place} und {place} gibt es Stau.
        Der Kläger {person} wird von der {org} vertreten.
        {place}, den {date}
        """#

    static let germanNegatives = #"""
        Der {noun} und die {noun} sind für den {noun} von großer {noun}.
        Eine {noun} ohne {noun} ist kein {noun}, sondern ein {noun}.
        Im {noun} steht, dass die {noun} zum {noun} gehört.
        Welche {noun} braucht man für einen {noun}?
        Erkläre mir den Unterschied zwischen {noun} und {noun}.
        Die {noun} des {noun} wird durch {noun} und {noun} bestimmt.
        Mit dem {noun} kommt die {noun}; nach der {noun} folgt das {noun}.
        Schreibe einen {noun} über {noun} und {noun}.
        Unser {noun} hat keine {noun}. Ihre {noun} hat viel {noun}.
        Bei dieser {noun} handelt es sich um {noun}, {noun} oder {noun}.
        {noun}: {noun}\n{noun}: {noun}
        {noun} und {noun}
        - {noun}\n- {noun}\n- {noun}
        Es gibt {noun} für jede {noun}, auch ohne {noun} und {noun}.
        Die Bestellung wurde am {weekday} verschickt und kommt im {month} an.
        Bitte öffnen Sie die Einstellungen und wählen Sie den Menüpunkt Netzwerk.
        Der Arzt verschrieb ein Medikament gegen die Schmerzen. Die Untersuchung ergab keinen Befund.
        Das Unternehmen sucht einen {job} mit Erfahrung in der Entwicklung von Software.
        Der Vertrag beginnt am {date} und hat eine Laufzeit von {number} Monaten.
        Sehr geehrte Damen und Herren,\n\nhiermit kündige ich meinen Vertrag zum nächstmöglichen Zeitpunkt.
        Die Kündigungsfrist beträgt drei Monate zum Ende des Kalendermonats.
        Wie lange dauert die Lieferung? Welche Unterlagen brauche ich für den Antrag?
        Schreibe einen Aufsatz über die Geschichte der Eisenbahn und die Bedeutung der Industrie.
        Der Verkäufer haftet nicht für Schäden, die durch höhere Gewalt entstehen.
        Montag, Dienstag und Mittwoch habe ich Zeit, am Donnerstag leider nicht.
        Die Mutter, der Vater und das Kind gehen in den Park und spielen mit dem Ball.
        Ich möchte {thing}, {thing} und {thing} kaufen.
        Sie spricht {language} und {language}.
        Fehler: Verbindung abgelehnt. Neuer Versuch in {number} Sekunden.
        ACHTUNG: Gerät nicht öffnen! Lebensgefahr durch Stromschlag.
        Das Auto steht in der Garage. Die Straße ist gesperrt, die Umleitung führt über die Brücke.
        Allgemeine Geschäftsbedingungen\nDatenschutzerklärung\nImpressum
        Zutaten: Mehl, Zucker, Eier, Butter, Salz und eine Prise Zimt.
        Die Anlage wurde geprüft; die Messwerte liegen im Bereich der Norm.
        Frohe Weihnachten und ein gutes neues Jahr! Ostern feiern wir zu Hause.
        Der Benutzer meldet sich mit Passwort und Kennung an. Der Server antwortet nicht.
        Im Anhang finden Sie das Protokoll der Sitzung und die Tagesordnung.
        Welche Vorteile hat die Versicherung gegenüber einer Mitgliedschaft im Verein?
        Kapitel {number}: Grundlagen der Datenverarbeitung
        Der Mensch ist frei, die Freiheit ist das höchste Gut der Gesellschaft.
        Guten Morgen! Guten Tag! Gute Nacht! Vielen Dank und auf Wiedersehen.
        Mit freundlichen Grüßen\nIhr Kundenservice
        Der Antrag auf Elternzeit muss beim Arbeitgeber eingereicht werden.
        Der {job} und die Kollegin aus der Buchhaltung prüfen die Rechnung.
        Die Wohnung hat drei Zimmer, Küche, Bad und einen Balkon mit Blick auf den Garten.
        Die Temperatur steigt auf {number} Grad, gegen Abend kommt Regen aus Westen.
        """#
}
