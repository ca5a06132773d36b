import Server

/// Tells of the demo while it runs.
protocol DemoPrinter: Sendable {
    func tell(_ scene: Demo.Scene) async
}
