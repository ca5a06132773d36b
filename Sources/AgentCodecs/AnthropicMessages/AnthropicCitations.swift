import Codecs
import Conversation
import Kernel

/// Citations as text blocks and their deltas carry them.
enum AnthropicCitations {
    static func citation(_ json: borrowing JSONView, _ node: JSONView.Node) -> Citation? {
        let start: StaticString
        let end: StaticString
        let place: Citation.Place
        switch json.text("type", of: node) {
        case "char_location": (place, start, end) = (.characters, "start_char_index", "end_char_index")
        case "page_location": (place, start, end) = (.pages, "start_page_number", "end_page_number")
        case "content_block_location": (place, start, end) = (.blocks, "start_block_index", "end_block_index")
        case "search_result_location": (place, start, end) = (.searchResult, "start_block_index", "end_block_index")
        case "web_search_result_location":
            return Citation(
                .web, url: json.text("url", of: node), title: json.text("title", of: node),
                quote: json.text("cited_text", of: node), token: json.text("encrypted_index", of: node))
        default: return nil
        }
        return Citation(
            place, url: json.text("source", of: node),
            title: json.text("document_title", of: node) ?? json.text("title", of: node),
            quote: json.text("cited_text", of: node),
            document: json.integer("document_index", of: node) ?? json.integer("search_result_index", of: node),
            start: json.integer(start, of: node), end: json.integer(end, of: node))
    }

    static func write(_ citation: Citation, to json: inout JSONWriter) {
        json.object { json in
            json.member("cited_text", citation.quote ?? "")
            switch citation.place {
            case .characters:
                self.writeDocument("char_location", citation, "start_char_index", "end_char_index", to: &json)
            case .pages:
                self.writeDocument("page_location", citation, "start_page_number", "end_page_number", to: &json)
            case .blocks:
                self.writeDocument(
                    "content_block_location", citation, "start_block_index", "end_block_index", to: &json)
            case .searchResult:
                json.member("type", "search_result_location")
                json.member("source", citation.url ?? "")
                json.member("title", orNull: citation.title)
                json.member("search_result_index", citation.document ?? 0)
                json.member("start_block_index", citation.start ?? 0)
                json.member("end_block_index", citation.end ?? 0)
            case .web:
                json.member("type", "web_search_result_location")
                json.member("url", citation.url ?? "")
                json.member("title", orNull: citation.title)
                json.member("encrypted_index", citation.token ?? "")
            }
        }
    }

    private static func writeDocument(
        _ type: String, _ citation: Citation, _ start: StaticString, _ end: StaticString, to json: inout JSONWriter
    ) {
        json.member("type", type)
        json.member("document_index", citation.document ?? 0)
        json.member("document_title", orNull: citation.title)
        json.member(start, citation.start ?? 0)
        json.member(end, citation.end ?? 0)
    }
}
