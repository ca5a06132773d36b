/// The few words that the answerer knows: which carry no subject, which ask for a number, which only greet.
///
/// Rarity among the sentences at hand tells little about function words when the whole text is four sentences, the usual
/// case here; so they are listed, for the languages most asked in, and weigh little instead of nothing. Words that are
/// function words in one language and names of things in another (`die`, `war`, `son`) count as such beside others of
/// their language only.
enum ExtractiveVocabulary {
    private static let functionWords = Self.words(
        """
        a an the this that these those it its they them their there here he she his her hers we us our you your i me my
        is are was were be been being am do does did done has have had having can could shall should will would may might
        must of in on at to from by for with without about into over under between as and or but if then than so not no
        what which who whom whose when where why how s t ll re ve d m don isn doesn
        please tell say give show explain describe know want find list mean any some also just more
        happen happens happened work works use uses used using get gets got long time
        hi hello hey thanks thank help out up off
        one two three sentence sentences word words brief briefly short shortly answer question detail details
        der das den dem des ein eine einen einem einer eines und oder aber nicht ist sind wird werden wurde wurden haben
        kann konnen soll muss mit von vom zu zum zur im auf fur bei nach aus um als wie was wer wen wem wessen wann wo
        warum wieso welche welcher welches es er sie wir ihr ihre ihren sein seine ich mir mich dir sich auch bitte sag erklare beschreibe gibt
        le la les un une des du de et ou est sont etait ete a au aux dans sur par pour avec sans ce cet cette ces il elle
        ils elles nous vous je tu me se sa ses leur leurs que qui quoi quel quelle quels quelles quand comment pourquoi
        combien qu l d c n j s y ne pas
        el los las una unos unas y o es era fue ser estar esta del al en con sin por para que quien quienes cual
        cuales cuando cuanto cuantos como donde se su sus lo le les mi tu no
        il lo gli uno di da nel nella con su tra fra e che chi cosa quale quali quando quanto dove come perche si non sono
        os as um uma do da dos das no na nos nas em com sem por e ou quem qual quais onde foi ao
        het een en of van met voor door bij uit naar aan wat wie waar wanneer hoe welke zijn heeft niet
        и в во на с со к ко у о об от из за до по для не ни но а или что кто где когда как какой какая какое какие
        сколько почему зачем это этот эта эти тот та те он она оно они мы вы я ты ли же бы быть был была было были есть
        такое
        في من على الى عن مع هو هي هم هذا هذه ذلك التي الذي ما ماذا من متى اين كيف لماذا كم هل و او ثم ان لا ايّ اي
        का की के को से में पर और या है हैं था थी थे हो होता होती क्या कौन कब कहाँ कैसे क्यों कितना कितने कितनी यह वह ये वे
        इस उस ने भी नहीं
        """)

    /// Bigrams that only hold a Chinese or Japanese question or sentence together.
    private static let functionBigrams = Self.words(
        "什么 什麼 是什 是谁 哪里 哪裡 怎么 怎麼 为什 為什 请问 請問 何で なに とは 何時 几点 幾點 多少 時に 的是 是的 了吗 多久 何年 哪年 在哪")

    /// Words that are function words only in one language, with words that show that a question is in it.
    private static let ambiguous: [(words: Set<[UInt32]>, beside: Set<[UInt32]>)] = [
        (Self.words("die hat war man mein"), Self.words("wo wer wie wann welche welcher ist das der den dem und ich")),
        (Self.words("son"), Self.words("quel quelle qui que ou le la les cual cuales quien donde el los las")),
    ]

    /// Characters with which no word, but the tail of one sentence part, begins.
    private static let particles: Set<UInt32> = Set("的吗嗎呢么麼什是".unicodeScalars.map(\.value))

    /// Words and bigrams of questions whose answer holds a number or a time.
    static let askForNumber = Self.words(
        """
        when many much often long time
        wann viel viele uhr lange quand combien heure cuando cuanto cuantos cuanta cuantas hora quanto quanti quante
        quantos wanneer hoeveel laat когда сколько متى كم कब कितना कितने कितनी
        何時 いつ いく 何人 何年 几点 幾點 何时 何時 多少 时候 時候 多久 哪年 哪天 몇시 언제 얼마
        """)

    /// Words that ask for a summary rather than for a fact.
    static let askForSummary = Self.words(
        """
        summarise summarize summary tldr tl zusammenfassung zusammenfassen zusammen resume resumer resumen resumir riassunto
        riassumi resumo samenvatting резюме кратко ملخص لخص सारांश 摘要 总结 總結 概要 要約 요약
        """)

    /// What a message that only greets or thanks is made of, beside function words.
    static let greetings = Self.words(
        """
        hi hello hey hiya greetings good morning afternoon evening day thanks thank cheers bye goodbye
        hallo moin servus guten tag morgen abend danke gruss bonjour bonsoir salut merci hola buenos buenas dias tardes
        noches gracias ciao buongiorno salve grazie ola bom obrigado obrigada hoi dank goedendag
        привет здравствуйте здравствуй добрый день вечер утро спасибо مرحبا اهلا السلام عليكم شكرا नमस्ते नमस्कार धन्यवाद
        你好 您好 谢谢 謝謝 こん んに にち ちは は おは はよ よう おう うご ござ ざい いま ます あり りが がと とう 안녕 녕하 하세 세요
        감사 사합 합니 니다
        """)

    /// Forms of `to be`: a line with one of them is no heading.
    static func isCopula(_ term: ExtractiveTerm) -> Bool { Self.copulas.contains(term.letters) }
    private static let copulas = Self.words("is are was were am ist sind est sont es esta son e sono sao это है هو هي")

    /// Whether the term says what a question is about. Single letters of spaced scripts, hiragana alone, and a particle
    /// with the start of the next word do not.
    static func isContent(_ term: ExtractiveTerm) -> Bool {
        guard let first = term.letters.first, !Self.askForNumber.contains(term.letters) else { return false }
        if term.isBigram {
            if Self.particles.contains(first) || Self.functionBigrams.contains(term.letters) { return false }
            let isHonorific = first == 0x304A || first == 0x3054
            return !(0x3041...0x309F).contains(first) || isHonorific && term.letters.last.map { $0 >= 0x3400 } ?? false
        }
        if term.letters.count == 1, !ExtractiveTerm.isDigit(first) { return false }
        return !Self.functionWords.contains(term.letters)
    }

    /// The terms that say what a question is about.
    static func content(of question: [ExtractiveTerm]) -> Set<ExtractiveTerm> {
        var content = Set(question.filter(Self.isContent))
        for (words, beside) in Self.ambiguous where question.contains(where: { beside.contains($0.letters) }) {
            content = content.filter { !words.contains($0.letters) }
        }
        return content
    }

    /// Whether a message is nothing but a greeting, thanks, or `how are you`.
    static func isGreeting(_ terms: [ExtractiveTerm]) -> Bool {
        var greets = terms.map(\.letters).starts(with: Self.howAreYou)
        for term in terms {
            if Self.greetings.contains(term.letters) {
                greets = true
            } else if Self.isContent(term), !Self.besideGreetings.contains(term.letters) {
                return false
            }
        }
        return greets
    }

    /// Whether a question asks about whoever answers and about nothing else: `who are you`, `can you help me`.
    static func asksAboutAnswerer(_ terms: [ExtractiveTerm]) -> Bool {
        !terms.contains(where: Self.isContent) && terms.contains { Self.addresses.contains($0.letters) }
    }

    private static let howAreYou = TermReader.terms(of: Array("how are you".unicodeScalars)).map(\.letters)
    private static let besideGreetings = Self.words(
        "world everyone team friend doing going today nice meet very lot sehr beaucoup")
    private static let addresses = Self.words("you your help du dir ihr sie vous tu te usted ti вы ты تو आप 你是 您是")

    /// Folds a list of words as the words of texts are folded, so that both meet.
    private static func words(_ list: String) -> Set<[UInt32]> {
        Set(TermReader.terms(of: Array(list.unicodeScalars)).map(\.letters))
    }
}
