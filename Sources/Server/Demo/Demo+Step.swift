package import Kernel

extension Demo {
    /// What is told of the demo while it runs, in this order: opened; of each exchange: begins, pieces, ended; finished.
    package enum Scene: Sendable {
        case opened(Place)
        case begins(Plan)
        /// A piece of a streamed answer, at the moment that it came.
        case piece(String)
        case ended(Step)
        /// The tour is over; the gateway serves on or stops now.
        case finished([Step])
    }

    /// Where the demo's gateway is.
    package struct Place: Sendable {
        package let addresses: Server.Addresses
        /// The temporary folder with its configuration and database.
        package let folder: String
        /// The demo's application key in clear: it dies with the demo.
        package let key: String
        /// The administrator's, likewise.
        package let administratorKey: String
        package let model: String
    }

    /// What an exchange is going to show.
    package struct Plan: Sendable {
        /// From 1.
        package let number: Int
        package let title: String
        /// What goes in.
        package let sent: String
    }

    /// An exchange that is over: what came back, why, and whether that is what it should be.
    package struct Step: Sendable {
        package let plan: Plan
        /// What came back.
        package var answered = ""
        package var why = ""
        /// What was not as it should be; empty where all was.
        package var complaints: [String] = []
        /// The HTTP status, where there was an answer.
        package var status: Int?
        /// The exchange's id, under which its event is kept.
        package var exchange: String?
        /// A table that belongs to what came back: its titles, then its rows.
        package var table: [[String]] = []

        init(_ plan: Plan) { self.plan = plan }

        /// Whether it did what it says.
        package var ok: Bool { self.complaints.isEmpty }

        /// Complains unless `condition` holds.
        mutating func expect(_ condition: Bool, _ complaint: @autoclosure () -> String) {
            if !condition { self.complaints.append(complaint()) }
        }
    }
}

extension Demo.Step {
    /// The step as one JSON object.
    package func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("step", self.plan.number)
        json.member("title", self.plan.title)
        json.member("ok", self.ok)
        json.member("sent", self.plan.sent)
        json.member("answered", self.answered)
        json.member("why", self.why)
        if let status = self.status { json.member("status", status) }
        json.member("exchange", ifPresent: self.exchange)
        if !self.complaints.isEmpty {
            json.name("complaints")
            json.beginArray()
            for complaint in self.complaints { json.string(complaint) }
            json.endArray()
        }
        if let titles = self.table.first {
            json.name("rows")
            json.beginArray()
            for row in self.table.dropFirst() {
                json.beginObject()
                for (title, cell) in zip(titles, row) {
                    json.name(title)
                    json.string(cell)
                }
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
    }
}
