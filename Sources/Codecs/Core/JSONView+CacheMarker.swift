package import Conversation

extension JSONView {
    /// What `cache_control` says, in every shape that has it.
    package func cacheMarker(_ node: Node) throws(CodecError) -> CacheMarker {
        var marker = CacheMarker()
        for member in try self.members(of: node) where member.name == "ttl" {
            marker.lifetime = try self.requiredString(member.value)
        }
        return marker
    }
}
