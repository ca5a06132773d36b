extension EntityTemplates {
    static let italian = #"""
        Ciao {given}, grazie per la risposta. Parlo con {person} e ti faccio sapere entro {weekday}.
        Gentile signor {family},\n\nin allegato la fattura {id} di {month}.\n\nCordiali saluti,\n{person}\n{org}
        Gentile Sig.ra {family}, il suo ordine del {date} è stato spedito a {address}.
        Mi chiamo {person} e abito a {place}.
        mi chiamo {given} e vengo da {place}
        Vi prego di cambiare il mio indirizzo in {address}.
        Nome: {person}\nIndirizzo: {address}\nTelefono: {phone}
        Nome: {given}\nCognome: {family}\nVia: {street}\nCAP: {zip}\nCittà: {place}
        Paziente: {person}, nato il {date} a {place}. Medico curante: Dott. {family}, {org}.
        {org} ha annunciato {weekday} l'acquisto di {org} per {money}.
        {person}, amministratore delegato di {org}, si è dimesso il {date}.
        Il contratto tra {org}, {address}, e {person}, residente in {address}, scade il {date}.
        Il tribunale di {place} ha condannato {person} a una multa di {money}.
        Lavoro presso {org} a {place} come {job}.
        La riunione con {person} e {person} è {weekday} alle {time}.
        Puoi chiedere a {given} se {given} viene {weekday}?
        Che tempo fa a {place} in {month}?
        Il treno da {place} a {place} è in ritardo.
        L'estate scorsa abbiamo visitato {place}, {place} e {place}.
        Il nostro ufficio si trova in {address}.
        Il sig. {family} e la sig.ra {family} vivono a {place} dal {year}.
        {person} è nata a {place} nel {year} e ha studiato all'{university}.
        Da: {person} <{email}>\nA: {person} <{email}>\nOggetto: riunione a {place}
        Il {date} {person} ha scritto:
        La dipendente {person} (matricola {id}) passa a {org}.
        Un saluto,\n{given}
        Distinti saluti,\n{person}\n{org}\n{address}
        Indirizzo di fatturazione:\n{person}\n{address}
        Beneficiario: {person}, IBAN {id}, banca: {org}
        Si prega di versare {money} a {person}.
        Secondo {person} di {org}, lo stabilimento di {place} chiuderà.
        Il paziente {family} si è presentato al pronto soccorso il {date}.
        {place} si trova in {country}. Gli abitanti di {place} ne sono fieri.
        Conosci {person}? Prima lavorava per {org}.
        Il fratello di {given}, {given}, vive a {place}.
        Il sindaco di {place}, {person}, ha visitato {street}.
        {family}, {given}; {address}; {phone}
        {id},{given},{family},{date},{org},{place}
        - {person} ({org})\n- {person} ({place})
        Partecipanti: {person}, {person} e {person}
        Cliente: {person}, azienda: {org}, città: {place}
        {given}: ci sei?\n{given}: sì, un attimo
        Contatto: {person}, {phone}
        Mia figlia {given} va a scuola a {place}.
        La consegna in {address} non è riuscita, {person} era assente.
        L'avvocato {person} rappresenta {org}.
        L'incidente è avvenuto in {street} a {place} verso le {time}.
        {place}, {date}
        """#

    static let italianNegatives = #"""
        L'ordine è stato spedito {weekday} e arriverà in {month}.
        Apri Impostazioni, scegli Rete e premi Opzioni avanzate.
        Il medico ha prescritto una cura. Gli esami non hanno mostrato nulla.
        Cerchiamo un {job} con cinque anni di esperienza.
        Gentili signori,\n\nvorrei disdire il mio contratto.
        Come scrivo una funzione in Python che ordina una lista?
        Scrivi una poesia sul mare e sulle stelle.
        Il Venditore consegna i Prodotti all'Acquirente secondo il Contratto.
        Lunedì, martedì e mercoledì sono libero, giovedì no.
        Vorrei {thing}, {thing} e {thing}, per favore.
        Parla {language} e {language}.
        Errore: connessione rifiutata. Nuovo tentativo tra {number} secondi.
        ATTENZIONE: NON APRIRE L'APPARECCHIO.
        Termini e condizioni\nInformativa sulla privacy\nNote legali
        La via è chiusa, la deviazione passa per il ponte e la piazza.
        Buon Natale e felice anno nuovo! Pasqua è in aprile.
        Il Parlamento ha approvato la legge. Il Governo e il Senato ne discutono.
        Capitolo {number}: Fondamenti del trattamento dei dati
        Ciao, buonasera, grazie mille e a presto.
        Cordiali saluti,\nIl servizio clienti
        Il {job} e la contabile controllano la fattura di {month}.
        Quali documenti servono per chiedere un prestito in banca?
        Internet è lento stamattina. Il mio Android non si collega al Bluetooth.
        In una pentola grande sciogliete il burro. Aggiungete {number} g di farina.
        Qual è la capitale di questo paese e quanti abitanti ha?
        C'era una volta una Principessa che viveva in un castello vicino al fiume.
        Tuttavia il risultato dipende dalla qualità dei dati. Poi bisogna confrontare.
        """#
}
