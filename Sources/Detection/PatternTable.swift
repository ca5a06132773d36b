/// The patterns that are built in. Written from the formats that the providers document.
enum PatternTable {
    /// Raised when a matcher changes what it finds: what the table's text cannot show.
    static let revision = 4

    static let all: [Pattern] =
        Self.providers + Self.otherSecrets + Self.personalData + Self.formats + Self.identifiers
        + Self.places + Self.exfiltration + PhraseTable.all

    private static let providers: [Pattern] = [
        Self.token(.awsAccessKey, ["AKIA", "ASIA", "ABIA", "ACCA"], .upperAlphanumerics, 16...16, 95, .critical),
        Pattern(.awsSecretKey, .assignment(AssignmentMatcher(target: .awsSecretKey)), 85, .critical),
        Self.token(.githubToken, ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], .alphanumerics, 36...36, 98, .critical),
        Self.token(.githubToken, ["github_pat_"], .words, 60...100, 98, .critical),
        Self.token(
            .gitlabToken, ["glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "glsoat-", "glft-", "glimt-", "glagent-"],
            .webToken, 20...100, 95, .critical),
        Self.token(
            .slackToken, ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xoxe.", "xoxc-", "xoxd-", "xapp-"],
            .webToken, 20...200, 95, .high, densest: 8),
        Self.token(
            .slackWebhook, ["hooks.slack.com/services/", "hooks.slack.com/workflows/", "hooks.slack.com/triggers/"],
            .wordsAndDashes.union("/"), 30...100, 95, .high),
        // Keys of one piece, and those whose piece after the dashes is one.
        Self.token(.openAIKey, ["sk-"], .wordsAndDashes, 20...(.max), 90, .critical, foreign: "ant-", densest: 16),
        Self.token(
            .anthropicKey, ["sk-ant-api03-", "sk-ant-admin01-"], .wordsAndDashes, 95...95, 97, .critical, ending: "AA"),
        Self.token(
            .anthropicKey, ["sk-ant-sid01-", "sk-ant-sid02-", "sk-ant-oat01-", "sk-ant-ort01-"], .wordsAndDashes,
            80...130, 97, .critical, densest: 8),
        Self.token(.googleKey, ["AIza"], .wordsAndDashes, 35...35, 95, .high),
        Self.token(.googleKey, ["GOCSPX-"], .wordsAndDashes, 28...28, 95, .high),
        Self.token(.googleKey, ["ya29."], .webToken, 40...(.max), 90, .high),
        Self.token(
            .stripeKey, ["sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_"], .alphanumerics, 16...200, 95,
            .critical),
        Self.token(.sendGridKey, ["SG."], .webToken, 60...75, 95, .high, densest: 8),
        Self.token(.twilioKey, ["SK"], .lowerHexadecimal, 32...32, 85, .high, densest: 16),
        Self.token(.npmToken, ["npm_"], .alphanumerics, 36...36, 97, .critical),
        Self.token(.pypiToken, ["pypi-AgE"], .wordsAndDashes, 50...(.max), 97, .critical),
        Self.token(.huggingFaceToken, ["hf_"], .alphanumerics, 34...40, 95, .high),
        Self.token(.digitalOceanToken, ["dop_v1_", "doo_v1_", "dor_v1_"], .lowerHexadecimal, 64...64, 98, .critical),
        Self.token(
            .azureKey, ["AccountKey=", "SharedAccessKey="], .base64, 40...90, 95, .critical, keepsPrefix: true),
        Self.token(.gatehouseKey, ["gatehouse_"], .crockford, 52...52, 99, .critical),
        Self.token(.azureKey, (0...9).map { "\($0)Q~" }, .webToken.union("~"), 31...34, 95, .critical, head: 3),
        Self.token(
            .providerToken, ["shpat_", "shpca_", "shppa_", "shpss_", "dapi", "pul-", "sbp_", "sntryu_", "rubygems_"],
            .hexadecimal, 32...64, 90, .high, densest: 16),
        Self.token(
            .providerToken,
            [
                "hvs.", "hvb.", "gsk_", "xai-", "r8_", "pplx-", "figd_", "glsa_", "lin_api_", "ntn_", "nvapi-", "PMAK-",
                "dp.pt.", "dp.st.", "sntrys_", "ops_eyJ", "dckr_pat_", "pcsk_", "lsv2_pt_", "lsv2_sk_", "tvly-",
                "NRAK-", "dt0c01.", "pscale_tkn_", "pscale_pw_", "ATATT3", "ATBB", "EAAA", "EAAC", "EAAG", "EAAM",
                "sq0csp-", "sq0atp-", "nfp_", "pnu_", "tskey-", "ABSKQmVkcm9ja0FQSUtleS",
            ], .bearer, 24...(.max), 90, .high, densest: 12),
        Self.token(
            .providerToken, ["sgp_local_", "sgp_"], .hexadecimal.union("_"), 40...57, 90, .high, densest: 16),
        Self.token(.providerToken, ["s-s4t2ud-", "s-s4t2af-"], .hexadecimal, 64...64, 95, .high, densest: 16),
        Self.token(.providerToken, ["pat-na1-", "pat-eu1-"], .wordsAndDashes, 36...36, 95, .high),
        Self.token(.providerToken, ["AGE-SECRET-KEY-1"], .upperAlphanumerics, 58...58, 99, .critical),
    ]

    private static let otherSecrets: [Pattern] = [
        Pattern(.webToken, .webToken, 92, .high),
        Pattern(.privateKey, .privateKey, 98, .critical),
        Pattern(.connectionPassword, .connection, 80, .high),
        Pattern(.bearerToken, .bearer, 85, .high),
        Pattern(.basicCredentials, .basic, 85, .high),
        Pattern(.basicCredentials, .command, 85, .high),
        Pattern(.genericAssignment, .assignment(AssignmentMatcher(target: .anySecret)), 60, .high),
        Pattern(.genericAssignment, .flag(AssignmentMatcher(target: .anySecret)), 60, .high),
    ]

    private static let personalData: [Pattern] = [
        Pattern(.email, .email, 95, .medium),
        Pattern(.card, .card, 90, .high),
        Pattern(.phone, .phone(.international), 90, .medium),
        Pattern(.phone, .phone(.dialled), 65, .medium),
        Pattern(.phone, .phone(.northAmerican), 70, .medium),
        Pattern(.phone, .phone(.trunk), 50, .medium),
        Pattern(.phone, .phone(.told), 60, .medium),
        Pattern(.phone, .phone(.near), 50, .medium),
        Pattern(.phone, .phone(.extended), 70, .medium),
        Pattern(.phone, .phone(.bare), 45, .medium),
        Pattern(.phone, .phone(.grouped), 45, .medium),
    ]

    private static func token(
        _ kind: Finding.Kind, _ prefixes: [String], _ body: ByteClass, _ count: ClosedRange<Int>, _ percent: UInt8,
        _ severity: Finding.Severity, foreign: String = "", ending: String = "", densest: Int = 0, head: Int = 0,
        keepsPrefix: Bool = false
    ) -> Pattern {
        let matcher = TokenMatcher(
            prefixes: prefixes, head: head, body: body, count: count, keepsPrefix: keepsPrefix, foreign: foreign,
            ending: ending, densest: densest)
        return Pattern(kind, .token(matcher), percent, severity)
    }
}
