import Console
import Kernel
import Server

/// The demo as JSON Lines: one object for each step, and where it goes on serving, one that says where.
struct DemoJSONPrinter: DemoPrinter {
    let terminal: Terminal
    let staysOpen: Bool
    private let place = Held<Demo.Place?>(nil)

    init(terminal: Terminal, staysOpen: Bool) {
        self.terminal = terminal
        self.staysOpen = staysOpen
    }

    func tell(_ scene: Demo.Scene) async {
        var json = JSONWriter()
        switch scene {
        case .opened(let place): self.place.set(place)
        case .begins, .piece: break
        case .ended(let step):
            step.write(to: &json)
            try? self.terminal.write(json)
        case .finished:
            guard self.staysOpen, let place = self.place.value else { return }
            json.beginObject()
            json.member("applications", place.addresses.applications)
            json.member("administration", place.addresses.administration)
            json.member("model", place.model)
            json.member("key", place.key)
            json.member("administrator_key", place.administratorKey)
            json.member("configuration", "\(place.folder)/gatehouse.yaml")
            json.endObject()
            try? self.terminal.write(json)
        }
    }
}
