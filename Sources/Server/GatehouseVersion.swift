/// The version of this build, as `gatehouse version` and events tell it.
package enum GatehouseVersion {
    package static let current = "0.1.0"
}
