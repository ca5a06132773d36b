/// What people write to make a model disobey, in many languages: a verb, something between, what it is done to.
///
/// Written by us. The words stand as the canonical reading has them: without accents; languages with letters of their own
/// in lower case, a capital at their beginning allowed. A phrase is a sign and no proof: people quote and discuss them.
enum PhraseTable {
    /// One language: what is overridden, and what is to be told.
    struct Language: Sendable {
        let code: String
        /// To ignore, to forget.
        let dismiss: String
        /// Instructions, rules.
        let orders: String
        /// Previous, all, your; stands before or behind the orders.
        let which: String
        /// To show, to repeat.
        let show: String
        /// The system prompt, your hidden instructions.
        let secrets: String
        /// Whether words come in the other order: what, then what is done to it.
        var isVerbLast = false
    }

    static let languages: [Language] = [
        Language(
            code: "en",
            dismiss:
                "ignore|disregard|forget(?: about)?|override|bypass|overrule|discard|neglect|dismiss|set aside|pay no attention to|do not (?:follow|obey)|don'?t (?:follow|obey)|stop following|throw away|cancel",
            orders:
                "instructions?|prompts?|rules|directions|directives?|guidelines|commands|orders|constraints|restrictions|safeguards|programming|guardrails|policies",
            which:
                "previous|prior|above|earlier|preceding|foregoing|all|any|every|your|initial|original|existing|system|given|before|so far",
            show:
                "reveal|show|print|repeat|output|display|tell me|leak|disclose|give me|write out|recite|dump|expose|return",
            secrets:
                "system prompt|(?:your|the) (?:hidden|initial|original|secret|confidential|internal|full|exact|entire) (?:instructions|prompt|rules|guidelines)|your (?:system )?(?:prompt|instructions)|instructions you were given|prompt above|words above"
        ),
        Language(
            code: "de",
            dismiss:
                "ignorier(?:e|en sie)?|missacht(?:e|en sie)|vergiss|vergessen sie|uberge(?:he|hen sie)|beacht(?:e|en sie)|verwirf",
            orders: "anweisung(?:en)?|instruktionen|regeln|vorgaben|befehle|prompts?|richtlinien|aufforderungen",
            which:
                "vorherige[nr]?|bisherige[nr]?|obige[nr]?|alle|deine|ihre|fruhere[nr]?|vorangegangene[nr]?|vorstehende[nr]?|nicht mehr",
            show:
                "zeig(?:e|en sie)?|gib|geben sie|wiederhol(?:e|en sie)|verrat(?:e|en sie)?|nenn(?:e|en sie)|druck(?:e|en sie)",
            secrets:
                "system-?prompt|systemanweisung(?:en)?|deine (?:geheimen |internen |ursprunglichen )?(?:anweisungen|regeln|instruktionen)"
        ),
        Language(
            code: "fr",
            dismiss:
                "ignore[zr]?|oublie[zr]?|neglige[zr]?|ne (?:tiens|tenez) (?:pas|plus) compte|desobei[st]?|contourne[zr]?|fais abstraction|faites abstraction",
            orders: "instructions?|consignes?|regles|directives?|ordres|prompts?|commandes",
            which: "precedente?s?|anterieure?s?|ci-dessus|toutes|tous|tes|vos|initiale?s?|d'avant",
            show: "montre[zr]?|affiche[zr]?|revele[zr]?|repete[zr]?|donne[zr]?|dis|divulgue[zr]?|imprime[zr]?",
            secrets:
                "prompt (?:du )?systeme|invite systeme|instructions (?:systeme|cachees|secretes|initiales)|(?:tes|vos) (?:instructions|consignes|regles)"
        ),
        Language(
            code: "es",
            dismiss:
                "ignora[r]?|ignore|olvida(?:te|r)?|olvide|omite|omitir|desobedece|haz caso omiso|pasa por alto|descarta|no hagas caso",
            orders: "instrucciones|instruccion|reglas|ordenes|indicaciones|directrices|prompts?|comandos",
            which: "anteriores|anterior|previas|previos|todas|todos|tus|sus|de arriba|iniciales",
            show: "muestra(?:me)?|muestre|revela(?:me)?|repite|dime|imprime|ensena(?:me)?|dame|divulga",
            secrets:
                "prompt del sistema|instrucciones (?:del sistema|ocultas|secretas|iniciales|internas)|tus (?:instrucciones|reglas)|mensaje del sistema"
        ),
        Language(
            code: "it",
            dismiss:
                "ignora(?:re)?|ignori|dimentica(?:re)?|dimentichi|trascura|non (?:seguire|considerare)|tralascia|scarta",
            orders: "istruzioni|regole|ordini|direttive|indicazioni|prompt|comandi",
            which: "precedenti|tutte|tutti|le tue|sopra|iniziali|anteriori|fornite",
            show: "mostra(?:mi)?|rivela(?:mi)?|ripeti|dimmi|stampa|dammi|svela",
            secrets:
                "prompt di sistema|istruzioni (?:di sistema|nascoste|segrete|iniziali|interne)|(?:le )?tue (?:istruzioni|regole)"
        ),
        Language(
            code: "pt",
            dismiss: "ignor[ae]r?|esquec[ae]r?|desconsider[ae]r?|desobedec[ae]|descart[ae]|nao (?:siga|considere)",
            orders: "instrucoes|regras|ordens|diretrizes|orientacoes|prompts?|comandos",
            which: "anteriores|anterior|previas|todas|todos|suas|tuas|acima|iniciais",
            show: "mostr[ae](?:-me)?|revel[ae]|repit[ae]|diga(?:-me)?|imprim[ae]|exib[ae]",
            secrets:
                "prompt (?:do|de) sistema|instrucoes (?:do sistema|ocultas|secretas|iniciais|internas)|suas (?:instrucoes|regras)"
        ),
        Language(
            code: "nl", dismiss: "negeer|vergeet|sla over|houd geen rekening met|schenk geen aandacht aan|omzeil",
            orders: "instructies?|regels|opdrachten|aanwijzingen|richtlijnen|prompts?",
            which: "vorige|voorgaande|eerdere|alle|je|jouw|uw|bovenstaande|oorspronkelijke",
            show: "toon|laat|herhaal|onthul|geef|print|vertel",
            secrets:
                "systeemprompt|systeeminstructies|(?:verborgen|geheime|oorspronkelijke|interne) (?:instructies|prompt)|(?:je|jouw) (?:instructies|regels|prompt)"
        ),
        Language(
            code: "pl", dismiss: "zignoruj|ignoruj|zapomnij|pomin|nie (?:przestrzegaj|zwazaj)|odrzuc|lekcewaz",
            orders: "instrukcj[eai]|polecen(?:ia|iach)|zasad[y]?|regul[y]?|wytyczn(?:e|ych)|prompt[y]?|o instrukcjach",
            which: "poprzedni(?:e|ch)|wczesniejsz(?:e|ych)|wszystki(?:e|ch)|swoj(?:e|ich)|powyzsz(?:e|ych)",
            show: "pokaz|ujawnij|powtorz|wypisz|podaj|wyswietl",
            secrets:
                "prompt systemowy|instrukcje systemowe|(?:ukryte|tajne|poczatkowe) instrukcje|swoje (?:instrukcje|zasady)"
        ),
        Language(
            code: "sv", dismiss: "ignorera|glom|strunta i|bortse fran|asidosatt",
            orders: "instruktioner(?:na)?|regler(?:na)?|anvisningar|order|prompt",
            which: "tidigare|foregaende|alla|dina|ovanstaende|ursprungliga",
            show: "visa|avsloja|upprepa|skriv ut|beratta",
            secrets: "systemprompt(?:en)?|systeminstruktioner|dina (?:hemliga |dolda )?(?:instruktioner|regler)"),
        Language(
            code: "cs", dismiss: "ignoruj(?:te)?|zapomen(?:te)?|nedbej|prehlizej|obejdi",
            orders: "instrukce|pokyny|pravidla|prikazy|prompt", which: "predchozi|vsechny|sve|drivejsi|vyse|puvodni",
            show: "ukaz|zobraz|prozrad|zopakuj|vypis",
            secrets: "systemovy prompt|systemove (?:instrukce|pokyny)|(?:skryte|tajne) (?:instrukce|pokyny)"),
        Language(
            code: "ro", dismiss: "ignora(?:ti)?|uita(?:ti)?|nu (?:tine|lua) (?:cont|in seama)|omite",
            orders: "instructiuni(?:le)?|reguli(?:le)?|ordine(?:le)?|comenzi(?:le)?|prompturi(?:le)?",
            which: "anterioare|precedente|toate|tale|de mai sus|initiale",
            show: "arata(?:-mi)?|dezvaluie|repeta|afiseaza|spune-mi",
            secrets: "promptul (?:de )?sistem|instructiunile (?:de sistem|ascunse|secrete|initiale|tale)"),
        Language(
            code: "tr", dismiss: "yok say|gormezden gel|unut|dikkate alma|goz ardi et|uyma",
            orders:
                "talimat(?:lar)?(?:i|ini|larini)?|kural(?:lar)?(?:i|ini|larini)?|komut(?:lar)?(?:i|ini|larini)?|yonerge(?:ler)?(?:i|ini)?|prompt",
            which: "onceki|tum|butun|yukaridaki|verilen|eski", show: "goster|acikla|yazdir|tekrarla|soyle|paylas",
            secrets: "sistem (?:promptunu|talimatlarini|mesajini|istemini)|gizli talimatlarini", isVerbLast: true),
        Language(
            code: "id", dismiss: "abaikan|lupakan|hiraukan|jangan (?:ikuti|hiraukan)|kesampingkan",
            orders: "instruksi|perintah|aturan|arahan|petunjuk|prompt",
            which: "sebelumnya|semua|seluruh|di atas|awal|anda",
            show: "tampilkan|tunjukkan|ungkapkan|ulangi|cetak|beritahu",
            secrets: "prompt sistem|instruksi (?:sistem|rahasia|tersembunyi|awal)"),
        Language(
            code: "vi", dismiss: "bo qua|quen|phot lo|khong (?:tuan theo|lam theo)",
            orders: "huong dan|chi dan|quy tac|menh lenh|chi thi|lenh", which: "truoc|tat ca|moi|o tren|ban dau",
            show: "hien thi|tiet lo|cho (?:toi|minh) (?:xem|biet)|in ra|lap lai",
            secrets: "(?:loi nhac|prompt|huong dan|chi dan) (?:he thong|bi mat|an)"),
        Language(
            code: "ru",
            dismiss:
                "игнорируи(?:те)?|проигнорируи(?:те)?|забудь(?:те)?|не обращаи(?:те)? внимания на|отбрось(?:те)?|не следуи(?:те)?|пренебреги(?:те)?",
            orders: "инструкци(?:и|ю|ям|й)|правил(?:а|ам)?|указани(?:я|и|ям)|команды?|приказы?|промпт(?:ы)?|директивы?",
            which: "предыдущи(?:е|х|м|ю)|все(?:х|м)?|ранее|выше(?:указанные)?|свои|твои|прошлые|изначальные",
            show: "покажи(?:те)?|раскрои(?:те)?|выведи(?:те)?|повтори(?:те)?|напиши(?:те)?|скажи(?:те)?",
            secrets:
                "системныи промпт|системн(?:ые|ую) инструкци(?:и|ю)|(?:скрытые|секретные|свои|твои) (?:инструкции|правила)"
        ),
        Language(
            code: "uk", dismiss: "ігноруи(?:те)?|проігноруи(?:те)?|забудь(?:те)?|не зважаи(?:те)?|знехтуи(?:те)?",
            orders: "інструкці(?:ї|і|ю|и|й)|правила|вказівки|команди|накази|промпт(?:и)?",
            which: "попередні(?:х)?|усі|всі(?:х)?|свої|своі|твої|твоі|наведені|вище",
            show: "покажи(?:ть)?|розкрии(?:те)?|виведи(?:ть)?|повтори(?:ть)?",
            secrets: "системнии промпт|системні інструкці(?:ї|і)|(?:приховані|таємні) інструкці(?:ї|і)"),
        Language(
            code: "el", dismiss: "αγνοησε|αγνοηστε|ξεχασε|ξεχαστε|παρακαμψε|μην ακολουθεις",
            orders: "οδηγιες|κανονες|εντολες|προτροπες",
            which: "προηγουμενες|προηγουμενους|ολες|ολους|παραπανω|αρχικες",
            show: "δειξε|αποκαλυψε|εμφανισε|επαναλαβε|πες",
            secrets: "προτροπη συστηματος|οδηγιες συστηματος|κρυφες οδηγιες"),
        Language(
            code: "ar", dismiss: "تجاهل|انس|اهمل|تجاوز|لا تتبع",
            orders: "التعليمات|تعليمات|الاوامر|القواعد|الارشادات|التوجيهات|تعليماتك",
            which: "السابقة|جميع|كل|اعلاه|الاصلية|السابق",
            show: "اظهر|اكشف|اعرض|كرر|اطبع|اخبرني",
            secrets: "موجه النظام|تعليمات النظام|تعليماتك (?:السرية|المخفية)|رسالة النظام"),
        Language(
            code: "he", dismiss: "התעלם|תתעלם|שכח|תשכח|אל תציית",
            orders: "ההוראות|הוראות|מההוראות|הכללים|ההנחיות|מההנחיות|הפקודות",
            which: "הקודמות|כל|שלעיל|הקודמים|המקוריות",
            show: "הצג|חשוף|גלה|חזור על|הדפס", secrets: "הנחיות המערכת|הוראות המערכת|הפרומפט"),
        Language(
            code: "fa", dismiss: "نادیده بگیر|فراموش کن|بی توجه باش|رعایت نکن",
            orders: "دستورات|دستورالعمل(?: ?ها)?|قوانین|دستور", which: "قبلی|تمام|همه|بالا|پیشین",
            show: "نشان بده|فاش کن|تکرار کن|چاپ کن", secrets: "پرامپت سیستم|دستورات سیستم|دستورات مخفی",
            isVerbLast: true),
        Language(
            code: "hi", dismiss: "अनदेखा कर|नजरअंदाज कर|नज़रअंदाज़ कर|भूल जा|उपेक्षा कर|ध्यान न दे", orders: "निर्देश|नियम|आदेश|निर्देशों|नियमों",
            which: "पिछले|सभी|पूर्व|ऊपर|अपने|पहले",
            show: "दिखा|बता|प्रकट कर|दोहरा", secrets: "सिस्टम प्रॉम्प्ट|सिस्टम निर्देश|छिपे निर्देश", isVerbLast: true),
        Language(
            code: "zh", dismiss: "忽略|无视|無視|忘记|忘記|不要遵守|不要理会|忽視|忽视|绕过|抛开", orders: "指令|指示|提示|规则|規則|命令|说明|要求|限制|提示词",
            which: "之前|以上|先前|所有|前面|上面|全部|你的|上述|原有|一切",
            show: "显示|顯示|输出|輸出|告诉我|透露|泄露|重复|打印|展示|公开", secrets: "系统提示|系統提示|系统指令|隐藏指令|初始指令|初始提示|你的提示词|你的指令|系统消息"),
        Language(
            code: "ja", dismiss: "無視|忘れ|従わない|破棄|無効に", orders: "指示|命令|ルール|プロンプト|規則|制約|ガイドライン",
            which: "以前|これまで|今まで|前|すべて|全て|上記|あなた|元",
            show: "表示|見せ|教え|出力|開示|明かし|繰り返し", secrets: "システムプロンプト|システム指示|隠された指示|初期指示|内部(?:指示|ルール)", isVerbLast: true),
        Language(
            code: "ko", dismiss: "무시|잊어|잊으|따르지 마|무효화", orders: "지시|명령|규칙|프롬프트|지침|제약|안내",
            which: "이전|앞의|위의|모든|기존|지금까지|원래",
            show: "보여|알려|출력|공개|반복|말해", secrets: "시스템 프롬프트|시스템 메시지|시스템 지시|숨겨진 지시|초기 지시", isVerbLast: true),
        Language(
            code: "th", dismiss: "เพิกเฉย|ละเว้น|ไม่ต้องสนใจ|ลืม|อย่าทำตาม", orders: "คำสั่ง|คำแนะนำ|กฎ|ข้อกำหนด|พรอมต์",
            which: "ก่อนหน้า|ทั้งหมด|ข้างต้น|เดิม|ที่ผ่านมา",
            show: "แสดง|เปิดเผย|บอก|พิมพ์", secrets: "พรอมต์ระบบ|คำสั่งระบบ|ข้อความระบบ"),
    ]

    /// Phrases that are no pair of verb and object.
    private static let others: [(String, Finding.Kind, UInt8)] = [
        // Another self, without rules.
        (
            "(?i)(?:^|[^a-z])(?:you are now|you will now be|act as|pretend (?:to be|you are)|from now on,? you(?: are| will)|roleplay as|simulate|become|enter|switch to|enable|activate)[^.!?\\n\\x00]{0,60}(?:no (?:restrictions|rules|limits|filters|ethical|moral)|without (?:any )?(?:restrictions|rules|limits|filters|censorship|ethical|moral)|unrestricted|uncensored|unfiltered|jailbroken|developer mode|dev mode|god mode|do anything now|not bound by|free from (?:all|any))",
            .injectionPersona, 72
        ),
        // Words of the transcript's own form, in content.
        (
            "(?i)<\\|(?:im_start|im_end|system|endoftext|start_header_id|eot_id)\\|?>|\\[/?INST\\]|<</?SYS>>|<start_of_turn>|</?system(?:_prompt|_message)?>[ \\n]{0,4}[a-z]|(?:begin|end)(?: of)? system (?:prompt|message)|#{2,} ?(?:system|new instructions?) ?(?:prompt|message)?:",
            .injectionPhrase, 62
        ),
        // Orders in what should be data.
        (
            "(?i)(?:^|[^a-z])(?:new|updated|revised|real|actual|important) (?:system )?(?:instructions?|task|directive|objective|orders?)(?: is| are)?:|(?:^|[^a-z])your (?:new|real|actual|only) (?:task|job|goal|instructions?|objective|role|purpose) (?:is|are)",
            .injectionPhrase, 60
        ),
        (
            "(?i)(?:^|[^a-z])(?:attention|note|message|instructions?|important)[^.!?\\n\\x00]{0,24}(?:to|for)(?: the| all| any)? (?:ai|llm|language model|assistant|chatbot|agent)s?(?: (?:model|assistant|reading|processing)s?)?[^a-z]",
            .injectionIndirect, 60
        ),
        (
            "(?i)(?:^|[^a-z])(?:do not|don'?t|never|without) (?:tell(?:ing)?|inform(?:ing)?|mention(?:ing)?|alert(?:ing)?|notify(?:ing)?|let(?:ting)?|reveal(?:ing)?)[^.!?\\n\\x00]{0,30}(?:the )?(?:user|human|owner|customer|operator)",
            .injectionIndirect, 62
        ),
        (
            "(?i)(?:^|[^a-z])(?:send|forward|email|post|upload|transmit|exfiltrate|leak)[^.!?\\n\\x00]{0,60}(?:api keys?|passwords?|credentials|secrets?|tokens?|chat history|conversation|private (?:data|messages)|system prompt)[^.!?\\n\\x00]{0,40}(?:to|at) [^ \\n]{0,40}[@/.][a-z]",
            .injectionIndirect, 66
        ),
    ]

    /// All phrases of all languages.
    static let all: [Pattern] =
        Self.languages.flatMap(Self.patterns)
        + Self.others.map { Pattern($0.1, .phrase(PhraseMatcher(trigger: $0.0)), $0.2, .high) }

    /// Between a verb and what it is done to: part of a sentence.
    private static let gap = "[^.!?\\n\\x00]{0,36}"

    private static func patterns(_ language: Language) -> [Pattern] {
        let capitals = Self.withCapitals
        let dismiss = capitals(language.dismiss)
        let show = capitals(language.show)
        let first = language.dismiss.utf8.first.map { $0 < 0x80 } == true ? "(?:^|[^a-z])" : ""
        let gap = Self.gap
        let which = "(?:\(language.which))"
        let orders = "(?:\(language.orders))"
        var overrides: [String]
        var reveals: [String]
        if language.isVerbLast {
            overrides = ["(?i)\(which)\(gap)\(orders)\(gap)(?:\(dismiss))"]
            reveals = ["(?i)(?:\(language.secrets))\(gap)(?:\(show))"]
        } else {
            overrides = [
                "(?i)\(first)(?:\(dismiss))[ ,]?\(gap)\(which)\(gap)\(orders)",
                "(?i)\(first)(?:\(dismiss))[ ,]?\(gap)\(orders)[ ]?\(which)",
            ]
            reveals = ["(?i)\(first)(?:\(show))\(gap)(?:\(language.secrets))"]
        }
        if language.code == "zh" { overrides.append("\(which)\(gap)\(orders)\(gap)(?:\(dismiss))") }
        return overrides.map { Pattern(.injectionOverride, .phrase(PhraseMatcher(trigger: $0)), 74, .high) }
            + reveals.map { Pattern(.injectionPhrase, .phrase(PhraseMatcher(trigger: $0)), 68, .high) }
    }

    /// Alternatives whose first letter may be a capital one, where the library does not know the alphabet.
    private static func withCapitals(_ alternatives: String) -> String {
        alternatives.split(separator: "|", omittingEmptySubsequences: false).map { word in
            guard let first = word.first, !first.isASCII, first.uppercased() != String(first) else {
                return String(word)
            }
            return "(?:\(first)|\(first.uppercased()))\(word.dropFirst())"
        }.joined(separator: "|")
    }
}

/// A phrase that its trigger tells wholly. What is found is the part of the sentence up to its end.
struct PhraseMatcher: Hashable, Sendable {
    let trigger: String

    @_lifetime(reader: copy reader)
    func match(_ reader: inout Reader, hit: Int) -> Match? {
        var start = hit
        while start > 0, hit - start < 100, !".!?\n\0".utf8.contains(reader.before(start - 1)) { start -= 1 }
        while start < hit, " \t\"'*#>-".utf8.contains(reader.before(start)) { start += 1 }
        reader.candidate = start
        while start < hit, reader.before(start) & 0xC0 == 0x80 { start += 1 }
        return Match(start..<hit)
    }
}
