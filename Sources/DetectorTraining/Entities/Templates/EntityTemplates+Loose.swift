extension EntityTemplates {
    /// Names among words of any kind: where a name begins and ends must show whatever stands beside it.
    static let loose = Self.lines(
        #"""
        {words} {person} {words}.
        {Words} {person} {words} {place}.
        {Words} {org} {words}.
        {Words} {place} {words}.
        {Words} {address} {words}.
        {words}, {given}, {words}.
        {Words} {words}.
        {Words} {words}: {words}!
        {Words} {words}? {Words} {words}.
        {Heading}
        {Heading}\n{Heading}\n{Heading}
        {Heading}\n\n{Words} {words}.
        {CAPS}
        {CAPS}: {words}
        {Heading}: {person}
        {Heading}: {place}
        {Heading}: {address}
        {Heading}: {org}
        {Heading}: {number}
        {Heading}: {Words}
        - {Words}\n- {Words}\n- {Words}
        - {person}, {words}\n- {person}, {words}
        {Words} ({org}, {place}) {words}
        {Code}.{Code}({words}) = {Code}
        {person} {words}, {person} {words}.
        {person}\n{Heading}\n{org}\n{address}
        {person}\n{jobtitle}\n{phone}
        {block}
        {block}
        {block}
        {Words} {words}:\n{block}
        {Words}.\n\n{block}
        {Words} {words}\n{block}\n\n{Words} {words}.
        {Heading} – {Heading}
        | {Heading} | {Heading} |\n| {words} | {number} |
        {Words} „{words}“ {words}.
        {Words} "{Words}" {words}.
        """#)

    /// Nouns of everyday German, which are written like names.
    static let germanNouns = """
        Abend Abschluss Absender Abteilung Adresse Aktie Alter Amt Anfrage Angebot Angst Anlage Anmeldung
        Antrag Antwort Anwalt Anwendung Anzahl Apotheke Arbeit Arbeitgeber Arbeitnehmer Arbeitsplatz
        Arbeitszeit Art Artikel Arzt Atem Aufgabe Auftrag Auge Ausbildung Ausgabe Auskunft Ausland Ausnahme
        Aussage Ausweis Auto Bahn Bahnhof Bank Bau Baum Beamter Bedarf Bedeutung Bedingung Befund Begriff
        Behandlung Behörde Beispiel Beitrag Benutzer Beratung Bereich Bericht Beruf Bescheid Beschreibung
        Beschwerde Besuch Betrag Betrieb Bett Beweis Bewerbung Beziehung Bild Bildung Blatt Blut Boden Brief
        Brot Brücke Bruder Buch Buchhaltung Büro Bürger Chef Computer Daten Datenbank Datenschutz Datum Dauer
        Demokratie Dienst Diskussion Dokument Dorf Druck Durchschnitt Ecke Ehe Eigentum Einfluss Einführung
        Eingang Einkommen Einladung Einleitung Einstellung Eltern Empfänger Ende Energie Entscheidung
        Entwicklung Erde Erfahrung Erfolg Ergebnis Erinnerung Erklärung Essen Fabrik Fach Fahrer Fahrt Fahrzeug
        Fall Familie Farbe Fehler Feld Fenster Ferien Feuer Film Firma Fisch Flugzeug Fluss Form Forschung
        Fortschritt Frage Frau Freiheit Freund Frieden Frist Frühstück Funktion Garten Gast Gebäude Gebiet
        Gebühr Geburtstag Gedanke Gedicht Gefahr Gefühl Gegenstand Gehalt Geld Gemeinde Gericht Gesellschaft
        Gesetz Gespräch Gesundheit Gewalt Gewicht Gewinn Glas Glück Gott Grenze Größe Grund Grundlage Gruppe
        Haar Hand Handel Handy Haus Haushalt Heimat Herz Hilfe Himmel Hinweis Hoffnung Hund Idee Industrie
        Information Inhalt Insel Institut Interesse Jahr Jahrhundert Kaffee Kampf Karte Katze Kauf Kenntnis
        Kind Kirche Klasse Kleidung Kollege Kommunikation Konto Kontrolle Konzept Kopf Kopie Kosten Kraft
        Krankheit Krieg Kritik Küche Kultur Kunde Kündigung Kunst Kurs Lage Land Landschaft Leben Lehrer
        Leistung Leitung Licht Liebe Lieferung Liste Lösung Luft Macht Mann Markt Maschine Maßnahme Material
        Meer Mehrheit Meinung Meldung Menge Mensch Methode Miete Milch Minute Mitarbeiter Mitglied Mittag Mitte
        Mittel Modell Möglichkeit Moment Monat Morgen Mund Museum Musik Mutter Nachbar Nachricht Nacht Name
        Natur Netz Nummer Nutzer Nutzung Objekt Öffentlichkeit Opfer Ordnung Ort Papier Park Partei Passwort
        Patient Pause Person Pflanze Pflege Plan Platz Politik Polizei Position Post Praxis Preis Presse
        Problem Produkt Produktion Programm Projekt Prozent Prozess Prüfung Punkt Qualität Quelle Raum Rechnung
        Recht Rede Regel Regen Regierung Region Reise Rest Richter Richtung Risiko Rolle Sache Satz Schaden
        Schalter Schiff Schlaf Schlüssel Schmerz Schritt Schuld Schule Schüler Schutz Schwester See Seite
        Sekunde Sicherheit Sicht Situation Sitzung Sohn Sommer Sonne Sorge Spiel Sprache Staat Stadt Stand
        Stelle Steuer Stimme Stoff Strafe Straße Strom Stück Student Studie Studium Stunde Suche System Tag
        Tasche Tasse Tatsache Technik Teil Telefon Termin Text Thema Theorie Tier Tisch Titel Tochter Tod Tür
        Übersetzung Übung Uhr Umgebung Umsatz Umwelt Unfall Unternehmen Unterlagen Unterricht Unterschied
        Unterschrift Untersuchung Urlaub Ursache Urteil Vater Verantwortung Verbindung Verein Verfahren
        Vergangenheit Vergleich Verhalten Verhältnis Verkauf Verkehr Verlust Vermieter Versicherung Versuch
        Vertrag Verwaltung Vogel Volk Voraussetzung Vorschlag Vorstand Vorteil Wagen Wahl Wahrheit Wald Wand
        Ware Wasser Wechsel Weg Welt Werk Wert Wetter Widerspruch Wind Winter Wirkung Wirtschaft Wissen
        Wissenschaft Woche Wohnung Wort Wunsch Zahl Zahlung Zahn Zeichen Zeit Zeitung Zeuge Ziel Zimmer Zugang
        Zukunft Zusammenarbeit Zustand Zustimmung Zweck Zweifel
        """.split(whereSeparator: \.isWhitespace).map(String.init)
}
