package import Foundation

extension FileManager {
    /// Whether there is a folder at a path.
    package func isFolder(_ path: String) -> Bool {
        var isFolder = ObjCBool(false)
        // SAFE: the pointer to `isFolder` lives as long as the call.
        return unsafe self.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
