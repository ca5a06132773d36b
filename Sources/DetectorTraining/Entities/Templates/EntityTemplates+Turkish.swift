extension EntityTemplates {
    static let turkish = #"""
        Merhaba {given}, hızlı cevabın için teşekkürler. {person} ile konuşup {weekday} haber vereceğim.
        Sayın {family},\n\n{month} ayına ait {id} numaralı fatura ektedir.\n\nSaygılarımla,\n{person}\n{org}
        Sayın {person}, {date} tarihli siparişiniz {address} adresine gönderildi.
        Benim adım {person}, {place} şehrinde yaşıyorum.
        benim adım {given}, memleketim {place}
        Lütfen adresimi {address} olarak değiştirin.
        Ad Soyad: {person}\nAdres: {address}\nTelefon: {phone}
        Ad: {given}\nSoyad: {family}\nSokak: {street}\nPosta kodu: {zip}\nŞehir: {place}
        Hasta: {person}, doğum tarihi {date}, {place}. Doktor: Dr. {family}, {org}.
        {org}, {weekday} günü {org} şirketini {money} karşılığında satın alacağını duyurdu.
        {org} genel müdürü {person} {date} tarihinde istifa etti.
        {org}, {address}, ile {person}, {address}, arasındaki sözleşme {date} tarihinde sona erer.
        {org} şirketinde {place} ofisinde {job} olarak çalışıyorum.
        {person} ve {person} ile toplantı {weekday} saat {time}.
        {given} {weekday} geliyor mu? {given} sordu.
        {place} için {month} ayında hava nasıl?
        {place} - {place} treni gecikmeli.
        Geçen yaz {place}, {place} ve {place} gezdik.
        Ofisimiz {address} adresindedir.
        {given} Bey ve {given} Hanım {year} yılından beri {place} şehrinde oturuyor.
        {person} {year} yılında {place} doğumlu, {university} mezunu.
        Kimden: {person} <{email}>\nKime: {person} <{email}>\nKonu: {place} toplantısı
        {date} tarihinde {person} yazdı:
        Çalışan {person} (sicil {id}) {org} şirketine geçiyor.
        Sevgiler,\n{given}
        Saygılarımla,\n{person}\n{org}\n{address}
        Fatura adresi:\n{person}\n{address}
        Alıcı: {person}, IBAN {id}, banka: {org}
        Lütfen {money} tutarını {person} hesabına gönderin.
        {org} yetkilisi {person}, {place} fabrikasının kapanacağını söyledi.
        {place}, {country} ülkesindedir.
        {person} diye birini tanıyor musun? Eskiden {org} için çalışıyordu.
        {given}'in kardeşi {given}, {place}'da yaşıyor.
        {place} belediye başkanı {person}, {street} üzerindeki esnafı ziyaret etti.
        {family}, {given}; {address}; {phone}
        {id},{given},{family},{date},{org},{place}
        - {person} ({org})\n- {person} ({place})
        Katılımcılar: {person}, {person} ve {person}
        Müşteri: {person}, firma: {org}, şehir: {place}
        {given}: orada mısın?\n{given}: evet, bir dakika
        Kızım {given}, {place}'deki okula gidiyor.
        {address} adresine teslimat yapılamadı, {person} evde yoktu.
        Avukat {person}, {org} şirketini temsil ediyor.
        {place}, {date}
        """#

    static let turkishNegatives = #"""
        Sipariş {weekday} günü gönderildi, {month} ayında gelecek.
        Ayarlar menüsünü açın, Ağ seçeneğini ve Gelişmiş düğmesini tıklayın.
        Doktor bir tedavi yazdı. Tetkiklerde bir şey çıkmadı.
        Beş yıl deneyimli bir {job} arıyoruz.
        Sayın Yetkili,\n\nsözleşmemi feshetmek istiyorum.
        Python ile bir listeyi sıralayan fonksiyonu nasıl yazarım?
        Deniz ve yıldızlar hakkında bir şiir yaz.
        Satıcı, Ürünleri Sözleşme uyarınca Alıcıya teslim eder.
        Pazartesi, salı ve çarşamba boşum, perşembe değilim.
        {thing}, {thing} ve {thing} istiyorum, lütfen.
        Hata: bağlantı reddedildi. {number} saniye sonra yeniden denenecek.
        DİKKAT: CİHAZI AÇMAYIN.
        Kullanım koşulları\nGizlilik politikası\nİletişim
        Sokak kapalı, yol köprü ve meydan üzerinden gidiyor.
        Mutlu yıllar! Ramazan Bayramı nisan ayında. Kurban Bayramı yazın.
        Meclis yasayı kabul etti. Hükümet tartışıyor.
        Bölüm {number}: Veri İşlemenin Temelleri
        Merhaba, iyi akşamlar, çok teşekkürler ve hoşça kal.
        Saygılarımızla,\nMüşteri Hizmetleri
        Bankadan kredi almak için hangi belgeler gerekli?
        İnternet bugün yavaş. Telefonum Bluetooth ile bağlanmıyor.
        Büyük bir tencerede tereyağını eritin. {number} g un ekleyin.
        Bu ülkenin başkenti neresi ve kaç kişi yaşıyor?
        Bir varmış bir yokmuş, nehir kıyısında bir şatoda bir Prenses yaşarmış.
        """#
}
