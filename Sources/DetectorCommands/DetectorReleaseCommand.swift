import ArgumentParser
import Console
import Kernel

struct DetectorReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Put a model among the releases and make it current.",
        discussion: """
            The model is read and checked first. `detectors.injection.model` in gatehouse.yaml names the file \
            `models/current/injection.model`; a running gateway takes the new one when it reloads.

            EXAMPLE:
              gatehouse detector release models/new
            """)

    @Argument(help: "The folder that `train` or `calibrate` wrote.")
    var source: String

    @Option(help: ArgumentHelp("The folder of releases; it is made.", valueName: "folder"))
    var releases = "models"

    @OptionGroup var output: OutputOption

    func run() async throws {
        let releases = DetectorReleases(folder: self.releases)
        let name = try releases.add(self.source)
        try releases.makeCurrent(name, at: Terminal.current.clock.now())
        try Self.tell(name, releases, self.output.isJSON)
    }

    static func tell(_ name: String, _ releases: DetectorReleases, _ isJSON: Bool) throws {
        let terminal = Terminal.current
        guard isJSON else { return try terminal.write("injection@\(name) is current: \(releases.modelPath)") }
        var json = JSONWriter()
        json.beginObject()
        json.member("current", "injection@\(name)")
        json.member("file", releases.modelPath)
        json.endObject()
        try terminal.write(json)
    }
}

struct DetectorRollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Make the release before the current one current again.",
        discussion: """
            Nothing is deleted: the release that was current stays in its folder and can be named to come back.

            EXAMPLE:
              gatehouse detector rollback
              gatehouse detector rollback --to 3f9a1c77d2e05b64
            """)

    @Option(help: ArgumentHelp("A release, in the place of the one before.", valueName: "hash"))
    var to: String?

    @Option(help: ArgumentHelp("The folder of releases.", valueName: "folder"))
    var releases = "models"

    @OptionGroup var output: OutputOption

    func run() async throws {
        let releases = DetectorReleases(folder: self.releases)
        let past = try releases.past()
        let name: String
        if let to = self.to {
            guard let found = past.last(where: { $0.hasPrefix(to) }) else {
                throw CommandFailure("no release `\(to.printable)` was ever current here", exitCode: .configuration)
            }
            name = found
        } else {
            guard let current = past.last, let before = past.last(where: { $0 != current }) else {
                throw CommandFailure(
                    "there is no release before the current one",
                    hint: "leave `detectors.injection.model` out to use "
                        + "the model of the program")
            }
            name = before
        }
        try releases.makeCurrent(name, at: Terminal.current.clock.now())
        try DetectorReleaseCommand.tell(name, releases, self.output.isJSON)
    }
}
