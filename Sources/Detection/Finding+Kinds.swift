// The kinds that are built in, in a fixed order: append only. A number is a kind's place in `builtIn` and in `names`.
extension Finding.Kind {
    package static let awsAccessKey = Self(0, .secret, specificity: 3)
    package static let awsSecretKey = Self(1, .secret, specificity: 3)
    package static let githubToken = Self(2, .secret, specificity: 3)
    package static let gitlabToken = Self(3, .secret, specificity: 3)
    package static let slackToken = Self(4, .secret, specificity: 3)
    package static let slackWebhook = Self(5, .secret, specificity: 3)
    package static let openAIKey = Self(6, .secret, specificity: 3)
    package static let anthropicKey = Self(7, .secret, specificity: 3)
    package static let googleKey = Self(8, .secret, specificity: 3)
    package static let stripeKey = Self(9, .secret, specificity: 3)
    package static let sendGridKey = Self(10, .secret, specificity: 3)
    package static let twilioKey = Self(11, .secret, specificity: 3)
    package static let npmToken = Self(12, .secret, specificity: 3)
    package static let pypiToken = Self(13, .secret, specificity: 3)
    package static let huggingFaceToken = Self(14, .secret, specificity: 3)
    package static let digitalOceanToken = Self(15, .secret, specificity: 3)
    package static let azureKey = Self(16, .secret, specificity: 3)
    package static let gatehouseKey = Self(17, .secret, specificity: 3)
    package static let providerToken = Self(18, .secret, specificity: 3)
    package static let webToken = Self(19, .secret, specificity: 2)
    package static let privateKey = Self(20, .secret, specificity: 3)
    package static let connectionPassword = Self(21, .secret, specificity: 2)
    package static let bearerToken = Self(22, .secret, specificity: 1)
    package static let basicCredentials = Self(23, .secret, specificity: 1)
    package static let genericAssignment = Self(24, .secret, specificity: 0)
    package static let email = Self(25, .pii, specificity: 1)
    package static let card = Self(26, .pii, specificity: 2)
    package static let phone = Self(27, .pii, specificity: 0)
    package static let iban = Self(28, .pii, specificity: 3)
    package static let ssn = Self(29, .pii, specificity: 3)
    package static let nationalID = Self(30, .pii, specificity: 3)
    package static let passport = Self(31, .pii, specificity: 2)
    package static let driverLicence = Self(32, .pii, specificity: 2)
    package static let taxID = Self(33, .pii, specificity: 2)
    package static let bankAccount = Self(34, .pii, specificity: 2)
    package static let ipAddress = Self(35, .pii, specificity: 2)
    package static let macAddress = Self(36, .pii, specificity: 3)
    package static let url = Self(37, .pii, specificity: 0)
    package static let coordinates = Self(38, .pii, specificity: 2)
    package static let birthDate = Self(39, .pii, specificity: 3)
    package static let date = Self(40, .pii, specificity: 1)
    package static let vehicleID = Self(41, .pii, specificity: 3)
    package static let person = Self(42, .pii, specificity: 1)
    package static let organisation = Self(43, .pii, specificity: 1)
    package static let place = Self(44, .pii, specificity: 1)
    package static let address = Self(45, .pii, specificity: 2)
    package static let recordNumber = Self(46, .phi, specificity: 2)
    package static let planNumber = Self(47, .phi, specificity: 2)
    package static let deviceID = Self(48, .phi, specificity: 3)
    package static let biometricID = Self(49, .phi, specificity: 2)
    package static let photo = Self(50, .phi, specificity: 2)
    package static let injectionOverride = Self(51, .injection, specificity: 3)
    package static let injectionPersona = Self(52, .injection, specificity: 3)
    package static let injectionIndirect = Self(53, .injection, specificity: 3)
    package static let injectionPhrase = Self(54, .injection, specificity: 3)
    package static let hiddenText = Self(55, .injection, specificity: 3)
    package static let unicodeTag = Self(56, .unicode, specificity: 3)
    package static let unicodeBidi = Self(57, .unicode, specificity: 3)
    package static let variationSelectors = Self(58, .unicode, specificity: 3)
    package static let canaryLeak = Self(59, .canary, specificity: 3)
    package static let exfiltrationImage = Self(60, .exfiltration, specificity: 3)
    package static let exfiltrationLink = Self(61, .exfiltration, specificity: 2)
    package static let exfiltrationDataURL = Self(62, .exfiltration, specificity: 3)

    static let builtIn: [Self] = [
        .awsAccessKey, .awsSecretKey, .githubToken, .gitlabToken, .slackToken, .slackWebhook, .openAIKey,
        .anthropicKey, .googleKey, .stripeKey, .sendGridKey, .twilioKey, .npmToken, .pypiToken, .huggingFaceToken,
        .digitalOceanToken, .azureKey, .gatehouseKey, .providerToken, .webToken, .privateKey, .connectionPassword,
        .bearerToken, .basicCredentials, .genericAssignment, .email, .card, .phone, .iban, .ssn, .nationalID,
        .passport, .driverLicence, .taxID, .bankAccount, .ipAddress, .macAddress, .url, .coordinates, .birthDate,
        .date, .vehicleID, .person, .organisation, .place, .address, .recordNumber, .planNumber, .deviceID,
        .biometricID, .photo, .injectionOverride, .injectionPersona, .injectionIndirect, .injectionPhrase,
        .hiddenText, .unicodeTag, .unicodeBidi, .variationSelectors, .canaryLeak, .exfiltrationImage,
        .exfiltrationLink, .exfiltrationDataURL,
    ]

    static let names = [
        "secret.aws_access_key", "secret.aws_secret_key", "secret.github_token", "secret.gitlab_token",
        "secret.slack_token", "secret.slack_webhook", "secret.openai_key", "secret.anthropic_key",
        "secret.google_key", "secret.stripe_key", "secret.sendgrid_key", "secret.twilio_key", "secret.npm_token",
        "secret.pypi_token", "secret.huggingface_token", "secret.digitalocean_token", "secret.azure_key",
        "secret.gatehouse_key", "secret.provider_token", "secret.jwt", "secret.private_key",
        "secret.connection_password", "secret.bearer_token", "secret.basic_credentials", "secret.generic_assignment",
        "pii.email", "pii.card", "pii.phone", "pii.iban", "pii.ssn", "pii.national_id", "pii.passport",
        "pii.driver_licence", "pii.tax_id", "pii.bank_account", "pii.ip_address", "pii.mac_address", "pii.url",
        "pii.coordinates", "pii.date_of_birth", "pii.date", "pii.vehicle_id", "pii.person", "pii.organisation",
        "pii.place", "pii.address", "phi.record_number", "phi.plan_number", "phi.device_id", "phi.biometric_id",
        "phi.photo", "injection.override", "injection.persona", "injection.indirect", "injection.phrase",
        "injection.hidden_text", "unicode.tag", "unicode.bidi", "unicode.variation_selectors", "canary.leak",
        "exfiltration.image", "exfiltration.link", "exfiltration.data_url",
    ]
}
