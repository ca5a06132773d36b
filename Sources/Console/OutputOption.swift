import ArgumentParser

/// How a command prints.
package struct OutputOption: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print JSON, for programs.")
    package var isJSON = false

    package init() {}
}
