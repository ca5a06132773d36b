extension EntityTemplates {
    static let swedish = #"""
        Hej {given}, tack för ditt snabba svar. Jag pratar med {person} och hör av mig på {weekday}.
        Bäste herr {family},\n\nbifogat finns faktura {id} för {month}.\n\nMed vänliga hälsningar,\n{person}\n{org}
        Bästa fru {family}, din beställning den {date} har skickats till {address}.
        Jag heter {person} och bor i {place}.
        jag heter {given} och kommer från {place}
        Vänligen ändra min adress till {address}.
        Namn: {person}\nAdress: {address}\nTelefon: {phone}
        Förnamn: {given}\nEfternamn: {family}\nGata: {street}\nPostnummer: {zip}\nOrt: {place}
        Patient: {person}, född {date} i {place}. Läkare: dr {family}, {org}.
        {org} meddelade på {weekday} att man köper {org} för {money}.
        {person}, vd för {org}, avgick den {date}.
        Avtalet mellan {org}, {address}, och {person}, boende på {address}, upphör {date}.
        Tingsrätten i {place} dömde {person} till böter på {money}.
        Jag arbetar på {org} i {place} som {job}.
        Mötet med {person} och {person} är på {weekday} klockan {time}.
        Kan du fråga {given} om {given} kommer på {weekday}?
        Hur är vädret i {place} i {month}?
        Tåget från {place} till {place} är försenat.
        Förra sommaren besökte vi {place}, {place} och {place}.
        Vårt kontor ligger på {address}.
        Herr {family} och fru {family} har bott i {place} sedan {year}.
        {person} föddes i {place} {year} och studerade vid {university}.
        Från: {person} <{email}>\nTill: {person} <{email}>\nÄmne: möte i {place}
        Den {date} skrev {person}:
        Medarbetaren {person} (nummer {id}) går över till {org}.
        Hälsningar,\n{given}
        Med vänlig hälsning,\n{person}\n{org}\n{address}
        Fakturaadress:\n{person}\n{address}
        Mottagare: {person}, IBAN {id}, bank: {org}
        Var vänlig betala {money} till {person}.
        Enligt {person} på {org} stängs fabriken i {place}.
        Patienten {family} kom till akuten den {date}.
        {place} ligger i {country}. Invånarna i {place} är stolta.
        Känner du {person}? Han arbetade tidigare för {org}.
        {given}s bror {given} bor i {place}.
        Borgmästaren i {place}, {person}, besökte {street}.
        {family}, {given}; {address}; {phone}
        {id},{given},{family},{date},{org},{place}
        - {person} ({org})\n- {person} ({place})
        Deltagare: {person}, {person} och {person}
        Kund: {person}, företag: {org}, ort: {place}
        {given}: är du där?\n{given}: ja, ett ögonblick
        Min dotter {given} går i skolan i {place}.
        Leveransen till {address} misslyckades, {person} var inte hemma.
        Olyckan inträffade på {street} i {place} vid {time}.
        {place} den {date}
        """#

    static let swedishNegatives = #"""
        Beställningen skickades på {weekday} och kommer i {month}.
        Öppna Inställningar, välj Nätverk och klicka på Avancerat.
        Läkaren ordinerade en behandling. Undersökningen visade inget.
        Vi söker en {job} med fem års erfarenhet.
        Hej,\n\njag vill säga upp mitt avtal.
        Hur skriver jag en funktion i Python som sorterar en lista?
        Skriv en dikt om havet och stjärnorna.
        Säljaren levererar Varorna till Köparen enligt Avtalet.
        Måndag, tisdag och onsdag är jag ledig, torsdag inte.
        Jag vill ha {thing}, {thing} och {thing}, tack.
        Hon talar {language} och {language}.
        Fel: anslutningen nekades. Nytt försök om {number} sekunder.
        VARNING: ÖPPNA INTE APPARATEN.
        Allmänna villkor\nIntegritetspolicy\nKontakt
        Gatan är avstängd, omvägen går över bron och torget.
        God Jul och gott nytt år! Påsken är i april.
        Riksdagen antog lagen. Regeringen diskuterar den.
        Kapitel {number}: Grunderna i databehandling
        Hej, god kväll, tack så mycket och hej då.
        Vänliga hälsningar,\nKundtjänst
        Vilka papper behöver jag för ett lån i banken?
        Internet är långsamt i dag. Min Android ansluter inte till Bluetooth.
        Smält smöret i en stor kastrull. Tillsätt {number} g mjöl.
        Vad heter huvudstaden i det här landet och hur många bor där?
        Det var en gång en Prinsessa som bodde i ett slott vid floden.
        """#
}
