extension EntityTemplates {
    /// Parts of English sentences that templates ask for by name, so that a name stands beside many more words than
    /// there are templates. Every seventh part is kept for the development set, as sentences are.
    static let phrases: [String: [String]] = [
        "who": Self.parts(
            "I|we|they|he|she|my wife|my husband|my brother|our manager|the customer|the patient|a colleague|her boss|"
                + "the tenant|our supplier|his sister|the applicant|somebody|nobody|the driver|my team|the whole family|"
                + "{given}|{person}|{given}|{person}|{title} {family}|my friend {given}|our intern {given}|the new guy"),
        "when": Self.parts(
            "|||last week|yesterday|on {weekday}|in {month}|in {year}|two days ago|next month|tomorrow|for {number} years|"
                + "since {year}|on {date}|at {time}|this morning|a while ago|every summer|after the war|as a child"),
        "was": Self.parts("is|was|has been|will be|used to be|remains|is said to be"),
        "went": Self.parts(
            "moved to {place}|was born in {place}|grew up in {place}|flew to {place}|lives in {place}|is based in {place}|"
                + "travelled from {place} to {place}|comes from {place}|stayed near {place}|works in {place}|left {place}|"
                + "drove through {place}|visited {place}|has family in {place}|studied in {place}|is stuck in {place}|"
                + "returned from {place}|got married in {place}|landed at {place}|is heading to {place}|fled {place}|"
                + "bought a flat in {place}|opened a shop in {place}|died in {place}|spent the holidays in {place}|"
                + "was arrested in {place}|served in {place}|took the train to {place}|retired to {place}|loves {place}|"
                + "was posted to {place}|crossed into {country}|applied for a visa for {country}|emigrated to {country}|"
                + "was sent to {place}, {country}|lost a wallet in {place}|is calling from {place}|toured {country}|"
                + "will be in {place} and then in {place}|was last seen in {place}|ships to {place}|is from {place}"),
        "met": Self.parts(
            "spoke with {person}|met {given}|e-mailed {person}|called {given}|is married to {person}|works with {person}|"
                + "asked {given} for help|wrote to {title} {family}|had lunch with {given}|reports to {person}|knows {given}|"
                + "hired {person}|lent the car to {given}|got a mail from {person}|is a friend of {given}|sued {person}|"
                + "bought it from {person}|sent {given} the file|talked about {person}|saw {person} there|misses {given}|"
                + "is looking for {person}|shares a room with {given}|named {person} as a reference|thanked {given}|"
                + "was treated by Dr. {family}|forwarded it to {given} and {given}|voted for {family}|paid {person}|"
                + "listens to {person}|is reading a book by {person}|is engaged to {given}|complained about {person}"),
        "worked": Self.parts(
            "works for {org}|works at {org}|left {org}|was hired by {org}|has an account with {org}|bought shares of {org}|"
                + "applied at {org}|complained to {org}|is a customer of {org}|got a letter from {org}|sued {org}|"
                + "runs {org}|founded {org}|retired from {org}|is insured with {org}|ordered from {org}|studies at {university}|"
                + "was fired by {org}|signed with {org}|switched from {org} to {org}|consults for {org}|invested in {org}|"
                + "is on the board of {org}|interned at {org}|was treated at {org}|banks with {org}|represents {org}"),
        "lived": Self.parts(
            "lives at {address}|moved to {address}|was seen at {address}|sent the parcel to {address}|owns {address}|"
                + "rents a room at {address}|parked in front of {address}|can be reached at {address}|bought {address}|"
                + "wants it delivered to {address}|is registered at {address}|works at {address}|opened a shop at {address}|"
                + "was picked up from {address}|gave {address} as the address|resides at {address}|grew up on {street}|"
                + "has changed the address to {address}|met us at {address}|lost the keys near {street}|drove to {address}"
        ),
        "please": Self.parts(
            "please|could you|can you please|kindly|I'd like you to|would you|pls|I need you to|we need to|don't forget to|"
                + "I want to|you should|let's|remember to|try to"),
        "personlabel": Self.parts(
            "Name|Full name|Customer|Contact|Recipient|Account holder|Cardholder|Applicant|Patient|Employee|Sender|Owner|"
                + "Client|Attn|Author|Requester|Assigned to|Insured|Beneficiary|Signed by|Witness|Guardian|Next of kin|"
                + "Billing name|Name on card|Guest|Passenger|Student|Manager|name|customer_name|Contact person|Doctor|From|To"
        ),
        "orglabel": Self.parts(
            "Company|Employer|Organisation|Organization|Bank|School|Hospital|Vendor|Supplier|company|Institution|Client|"
                + "Business name|Insurer|University|Merchant|Agency|Carrier|Landlord|Payee"),
        "placelabel": Self.parts(
            "City|Town|Country|Location|Place of birth|Destination|Origin|city|State|Nationality and birth place|Branch|"
                + "Office|Region|Venue|Birthplace|Departure|Arrival|Country of residence|Place|Port of entry|Based in"),
        "addresslabel": Self.parts(
            "Address|Street address|Home address|Shipping address|Billing address|Ship to|Deliver to|address|Residence|"
                + "Mailing address|Office address|Street|Current address|Postal address|Location|Send to|Address line 1|"
                + "Permanent address|Pick-up|Drop-off|Registered office|Property|Bill to|Return to|Work address"),
        "ziplabel": Self.parts(
            "ZIP|Zip code|zip|ZIP code|Postcode|Postal code|postal code is|my zip code is|zip:|post code|the zip is"),
        "colon": Self.parts(": |: |:\\n| - | = |:|\\t|; |. "),
        "greeting": Self.parts(
            "Hi|Hello|Hey|Dear|Good morning|Good evening|Thanks|Thank you|Sorry|Congratulations|Welcome|OK|Yes|No|Well"),
        "closing": Self.parts(
            "Regards|Best regards|Kind regards|Thanks|Cheers|Sincerely|Yours|Best|Many thanks|Yours faithfully|All the best"
        ),
        "about": Self.parts(
            "about|regarding|concerning|for|on behalf of|because of|together with|instead of|unlike|like|by|from|with|against"
        ),
    ]

    private static func parts(_ text: String) -> [String] {
        text.split(separator: "|", omittingEmptySubsequences: false).map { String($0).replacing("\\n", with: "\n") }
    }

    /// English templates over the phrases.
    static let composed = Self.lines(
        #"""
        {who} {went} {when}.
        {who} {went} {when} and {met}.
        {who} {met} {when}.
        {who} {met} and {went}.
        {who} {worked} {when}.
        {who} {worked} and {went}.
        {who} {lived} {when}.
        {who} {lived} and {worked}.
        {who}, who {worked}, {went} {when}.
        {who} and {given} {met} {when}.
        did {who} say that {given} {went}?
        Is it true that {who} {worked}?
        Has {person} {went}, or {was} {given} still in {place}?
        What does {person} do at {org} in {place}?
        {please} tell {given} that {who} {lived}.
        {please} ask {person} whether {who} {met} {when}.
        {please} send it to {address}.
        {please} deliver {thing} to {address}, {when}.
        {please} book a room in {place} for {person}.
        {please} look up {org} in {place}.
        {greeting} {given}, {who} {met} {when}.
        {greeting} {given},\n\n{who} {went} {when}.\n\n{closing},\n{person}
        {greeting} {title} {family},\n{who} {lived}.\n{closing}\n{given}
        {greeting} {person}! {please} call {phone}.
        {personlabel}{colon}{person}
        {personlabel}{colon}{person}\n{addresslabel}{colon}{address}
        {personlabel}{colon}{person}, {placelabel}{colon}{place}
        {personlabel}{colon}{given}\n{orglabel}{colon}{org}\n{placelabel}{colon}{place}
        {personlabel}{colon}{family}, {given}
        {orglabel}{colon}{org}
        {orglabel}{colon}{org}\n{addresslabel}{colon}{address}
        {placelabel}{colon}{place}
        {placelabel}{colon}{place} / {placelabel}{colon}{country}
        {addresslabel}{colon}{address}
        {addresslabel}\n{address}
        {addresslabel}{colon}{person}\n{address}
        {ziplabel} {zipcode}
        {ziplabel}: {zipcode}
        {placelabel}: {place}\n{ziplabel}: {zipcode}
        I live in {place} and my {ziplabel} {zipcode}.
        what's the weather in {zipcode} right now? My zip is {zipcode}.
        {person}\n{address}
        {person}\n{org}\n{address}\n{phone}
        {org}\n{address}
        {org}, {address}, {phone}
        {person}, {address}
        {person}\n\n{address}\n{phone} office\n{phone} fax
        {person} – {jobtitle} – {org}
        {person} {about} {person}
        {Words} {about} {person} {words}.
        {Words} {about} {org} {words}.
        {Words} {about} {place} {words}.
        {words} in {place}, {words} in {place}
        {words} at {org} {when}, {words}.
        {words} {address} {words}
        How {was} {given} {about} {thing}? {given} {met}.
        Why {was} {org} {about} {thing} in {place}?
        How do I get from {address} to {address}?
        Where in {place} is {org}?
        How far is {place} from {place}?
        Directions to {address}
        the package for {person} at {address} was returned
        my card was charged by {org} in {place} {when}
        {person}: {who} {went} {when}\n{person}: {words}
        {given} > {words}\n{given} > {words} {place}
        @{given} {words} {place}
        {given}'s {thing} {was} {words}.
        {family}'s {job} {was} {words}.
        {place}'s {job} {was} {words}.
        {org}'s {job}, {person}, {went} {when}.
        {country} and {country} {was} {words}.
        The {job} of {country}, {person}, {met} {when}.
        {nationality} {job} {person} {went}.
        The {job} {person} ({number}) {went} {when}.
        {person} ({org}) {met} {when}.
        {person}, {number}, {went}.
        {person}, {jobtitle} at {org}, {went} {when}.
        {job} {family} {met}; {job} {family} {went}.
        a {job} called {given} {worked} {when}
        a band called {org} played in {place}
        {org} ({place}) {was} {words}.
        {org} and {org} {was} {words} in {place}.
        {org} is {words}, says {person}.
        {org} will {words} {thing} in {country} {when}.
        the {job} of {org} {went} {when}
        {org} vs {org}: {words}
        {org} {money} {date}
        {date} {org} {place} {money}
        {date} {person} {money} {id}
        {id} {person} {place} {zipcode}
        {person} <{email}> {words}
        {person} {phone}
        {person} | {jobtitle} | {org} | {place}
        {person}\t{org}\t{place}\t{country}
        {given}\t{family}\t{address}
        "name": "{person}", "address": "{address}", "country": "{country}"
        name={person}&city={place}&street={street}
        We moved: {address} (formerly {address}).
        Our {addresslabel} has changed. It is now {address}. Call {phone}.
        Visit us at {address} or call {phone}.
        {org} is located at {address}.
        You can find {org} on {street}, {when}.
        There {was} a fire at {address} {when}, {person} {was} hurt.
        It's {address}, {words}.
        it is {address}
        {address} is where {who} {met}.
        {who} lives on {street} in {place}.
        {street} in {place} is closed {when}.
        {who} walked from {street} to {street}.
        the corner of {street} and {street}
        between {street} and {street}, near {place}
        {who} drove from {address} to {address}.
        Pick up at {address}. Drop off at {address}. {Words}.
        {Heading} {address}
        {Heading}: {Heading} {address}. {Words}.
        {Words} {address} {Words}
        {address} {Words} {words}
        {address}. {Words} {words} in {place}.
        {address} on {weekday} at {time}
        {address} {phone}
        {address} at {time}, ask for {given}
        {address} ({words})
        {address} ({place})
        {address} / {address}
        {address} and {address}
        {address} or {street}, {words}
        {Code} {address} {id}
        {date} {address} {money}
        {number} people went to {street} in {place}
        {org} {address} {words} {when}
        {address} {org} {words}
        {address} {number} {words} {when}
        Room {number}, {words}: {address}
        no. {number}, then {address}
        {street}, {words}
        {street}? {Words}.
        is {street} near {street}?
        {Words} {street} {words} {place} {words}.
        Flat for rent: {address}, {money}
        My name is {person}, I {lived}.
        my name's {given} and i'm from {place}
        I'm {person} {about} {org}.
        this is {person} speaking, {who} {lived}
        {who} {was} called {person}, not {person}.
        {given} {given} {was} born on {date} in {place}, {country}.
        {given}, {given} and {given} {went}.
        {family} and {family} {met}.
        {title} {person} {worked}.
        {title} {family} ({place}) {worked}.
        {title} {given} {family} {lived}.
        thx {given}
        {given}, {please} call me back
        ok {given} see you in {place}
        """#)

    /// Organisations that many people know, which no form says: a name that a sentence alone makes one of.
    static let knownOrganisations = """
        Google|Apple|Microsoft|Amazon|Facebook|Meta|Netflix|Tesla|Samsung|Sony|Intel|Nvidia|IBM|Oracle|SAP|Cisco|Adobe|
        Salesforce|Twitter|LinkedIn|PayPal|Uber|Airbnb|Spotify|Zoom|Dropbox|GitHub|GitLab|OpenAI|Anthropic|DeepMind|
        Alphabet|Huawei|Xiaomi|Lenovo|Dell|Hewlett-Packard|HP|Nokia|Ericsson|Motorola|Qualcomm|AMD|Toshiba|Panasonic|
        Hitachi|Canon|Nikon|Philips|Siemens|Bosch|BASF|Bayer|Volkswagen|BMW|Mercedes-Benz|Daimler|Porsche|Audi|Toyota|
        Honda|Nissan|Mazda|Hyundai|Kia|Ford|General Motors|Chrysler|Fiat|Ferrari|Renault|Peugeot|Volvo|Scania|Boeing|
        Airbus|Lockheed Martin|Raytheon|SpaceX|NASA|ESA|Lufthansa|Air France|British Airways|Delta Air Lines|KLM|Ryanair|
        United Airlines|American Airlines|Emirates|Qantas|Walmart|Costco|Target|Best Buy|Home Depot|IKEA|H&M|Zara|Nike|
        Adidas|Puma|Gucci|Prada|Chanel|Unilever|Nestlé|Danone|Procter & Gamble|Coca-Cola|Pepsi|PepsiCo|Starbucks|
        McDonald's|Burger King|KFC|Subway|Domino's|Heineken|Carlsberg|Tesco|Sainsbury's|Aldi|Lidl|Carrefour|Marks & Spencer|
        Harrods|JPMorgan Chase|Goldman Sachs|Morgan Stanley|Citibank|Citigroup|Bank of America|Wells Fargo|HSBC|Barclays|
        Lloyds|Santander|BBVA|Deutsche Bank|Commerzbank|UBS|Credit Suisse|ING|Rabobank|BNP Paribas|Société Générale|Visa|
        Mastercard|American Express|Western Union|Revolut|Stripe|Allianz|AXA|Prudential|MetLife|Aetna|Cigna|Humana|
        Blue Cross|Kaiser Permanente|Mayo Clinic|Johns Hopkins|Pfizer|Moderna|Novartis|Roche|Merck|GlaxoSmithKline|
        AstraZeneca|Sanofi|Johnson & Johnson|Novo Nordisk|ExxonMobil|Shell|BP|Chevron|Total|Gazprom|Saudi Aramco|Equinor|
        AT&T|Verizon|T-Mobile|Vodafone|Orange|Telefónica|Comcast|Sprint|Deutsche Telekom|Disney|Warner Bros.|Universal|
        Paramount|BBC|CNN|Fox News|NBC|ABC|CBS|Reuters|Bloomberg|The New York Times|The Washington Post|The Guardian|
        Financial Times|Wall Street Journal|Der Spiegel|Le Monde|El País|Harvard|Stanford|MIT|Yale|Princeton|Oxford|
        Cambridge University|Columbia University|UCLA|Berkeley|ETH Zürich|Sorbonne|Caltech|Cornell|Duke University|
        United Nations|UNICEF|UNESCO|WHO|World Bank|IMF|NATO|European Union|European Commission|Red Cross|Greenpeace|
        Amnesty International|Oxfam|Interpol|Europol|FBI|CIA|NSA|IRS|FDA|EPA|FEMA|Pentagon|Supreme Court|Senate|Congress|
        House of Representatives|House of Commons|Bundestag|NHS|Scotland Yard|Metropolitan Police|Federal Reserve|
        Securities and Exchange Commission|Department of Defense|State Department|Home Office|Foreign Office|
        Ministry of Finance|Ministry of Defence|Royal Mail|USPS|FedEx|UPS|DHL|Deutsche Post|Deutsche Bahn|Amtrak|
        Manchester United|Real Madrid|Barcelona FC|Bayern Munich|Juventus|Chelsea FC|Liverpool FC|Boston Red Sox|
        New York Yankees|Chicago Bulls|Los Angeles Lakers|Dallas Cowboys|FIFA|UEFA|NBA|NFL|Deloitte|KPMG|PwC|
        Ernst & Young|Accenture|McKinsey|Boston Consulting Group|Capgemini|Infosys|Wipro|Tata|Reliance|Alibaba|Tencent|
        Baidu|ByteDance|TikTok|Rakuten|SoftBank|Mitsubishi|Mitsui|Sumitomo|Foxconn|TSMC|LG|Electrolux|Whirlpool|Dyson|
        Rolls-Royce|Bentley|Land Rover|Vauxhall|Opel|Skoda|Seat|Suzuki|Yamaha|Kawasaki|Harley-Davidson|Caterpillar|
        John Deere|3M|General Electric|Honeywell|DuPont|Dow Chemical|Monsanto|Cargill|Kellogg's|Kraft Heinz|Mars|
        Ferrero|Lego|Mattel|Hasbro|Nintendo|Sega|Electronic Arts|Ubisoft|Valve|Epic Games|Hilton|Marriott|Hyatt|
        Expedia|Booking.com|Tripadvisor|eBay|Etsy|Shopify|Zalando|Deliveroo|DoorDash|Lyft|Slack|Atlassian|Mozilla|
        Wikipedia|Red Hat|Canonical|VMware|Citrix|Cloudflare|Akamai|Twilio|Snowflake|Databricks|Palantir|Zendesk
        """.split(whereSeparator: { $0 == "|" || $0 == "\n" }).map { $0.trimmingSpaces }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(self.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
