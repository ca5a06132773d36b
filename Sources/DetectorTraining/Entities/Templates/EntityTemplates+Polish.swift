extension EntityTemplates {
    static let polish = #"""
        Cześć {given}, dziękuję za odpowiedź. Porozmawiam z zespołem i dam znać w {weekday}.
        Szanowny Panie {family},\n\nw załączniku faktura {id} za {month}.\n\nZ poważaniem,\n{person}\n{org}
        Szanowna Pani {family}, zamówienie z dnia {date} zostało wysłane na adres {address}.
        Nazywam się {person} i mieszkam w mieście {place}.
        mam na imię {given} i pochodzę z miasta {place}
        Proszę zmienić mój adres na {address}.
        Imię i nazwisko: {person}\nAdres: {address}\nTelefon: {phone}
        Imię: {given}\nNazwisko: {family}\nUlica: {street}\nKod pocztowy: {zip}\nMiasto: {place}
        Pacjent: {person}, urodzony {date}, {place}. Lekarz: dr {family}, {org}.
        {org} ogłosiła w {weekday} zakup firmy {org} za {money}.
        {person}, prezes {org}, zrezygnował {date}.
        Umowa między {org}, {address}, a {person}, {address}, kończy się {date}.
        Pracuję w {org}, {place}, jako {job}.
        Spotkanie, na którym będą {person} i {person}, jest w {weekday} o {time}.
        Czy {given} przyjdzie w {weekday}? {given} mówi, że tak.
        Jaka jest pogoda, {place}, {month}?
        Pociąg relacji {place} – {place} jest opóźniony.
        Zwiedziliśmy {place}, {place} i {place}.
        Nasze biuro: {address}.
        Pan {family} i pani {family} mieszkają tu od {year} roku.
        {person} ukończyła {university} w {year} roku.
        Od: {person} <{email}>\nDo: {person} <{email}>\nTemat: spotkanie, {place}
        Dnia {date} {person} napisał:
        Pracownik {person} (numer {id}) przechodzi do {org}.
        Pozdrawiam,\n{given}
        Z poważaniem,\n{person}\n{org}\n{address}
        Adres do faktury:\n{person}\n{address}
        Odbiorca: {person}, IBAN {id}, bank: {org}
        Proszę przelać {money}, odbiorca {person}.
        Jak mówi {person} z {org}, fabryka zostanie zamknięta.
        {place} leży w kraju {country}.
        Czy znasz osobę, która nazywa się {person}? Pracowała dla {org}.
        Burmistrz {person} odwiedził ulicę {street}.
        {family}, {given}; {address}; {phone}
        {id},{given},{family},{date},{org},{place}
        - {person} ({org})\n- {person} ({place})
        Uczestnicy: {person}, {person} i {person}
        Klient: {person}, firma: {org}, miasto: {place}
        {given}: jesteś?\n{given}: tak, chwila
        Moja córka {given} chodzi do szkoły, {place}.
        Dostawa na adres {address} nie powiodła się, {person} był nieobecny.
        Mecenas {person} reprezentuje {org}.
        {place}, dnia {date}
        """#

    static let polishNegatives = #"""
        Zamówienie wysłano w {weekday}, dotrze w {month}.
        Otwórz Ustawienia, wybierz Sieć i kliknij Zaawansowane.
        Lekarz przepisał leczenie. Badania niczego nie wykazały.
        Szukamy osoby na stanowisko {job} z pięcioletnim doświadczeniem.
        Szanowni Państwo,\n\nchcę wypowiedzieć umowę.
        Jak napisać funkcję w Pythonie, która sortuje listę?
        Napisz wiersz o morzu i gwiazdach.
        Sprzedawca dostarczy Towary Kupującemu zgodnie z Umową.
        W poniedziałek, wtorek i środę mam czas, w czwartek nie.
        Poproszę {thing}, {thing} i {thing}.
        Błąd: połączenie odrzucone. Ponowna próba za {number} sekund.
        UWAGA: NIE OTWIERAĆ URZĄDZENIA.
        Warunki korzystania\nPolityka prywatności\nKontakt
        Ulica jest zamknięta, objazd prowadzi przez most i plac.
        Wesołych Świąt i szczęśliwego Nowego Roku! Wielkanoc jest w kwietniu.
        Sejm przyjął ustawę. Rząd i Senat dyskutują.
        Rozdział {number}: Podstawy przetwarzania danych
        Dzień dobry, dobry wieczór, dziękuję bardzo i do widzenia.
        Z poważaniem,\nDział obsługi klienta
        Jakie dokumenty są potrzebne, aby dostać kredyt w banku?
        Internet dziś wolno działa. Mój Android nie łączy się przez Bluetooth.
        W dużym garnku rozpuść masło. Dodaj {number} g mąki.
        Jaka jest stolica tego kraju i ilu ma mieszkańców?
        Dawno, dawno temu Księżniczka mieszkała w zamku nad rzeką.
        Jednak wynik zależy od jakości danych. Potem trzeba porównać.
        """#
}
