package import Kernel
package import NIOCore

extension ByteBuffer {
    /// The readable bytes with patches applied; the same buffer, untouched, where there are none.
    package func patched(_ patches: [BytePatch]) -> ByteBuffer {
        guard !patches.isEmpty else { return self }
        var result = ByteBuffer()
        result.reserveCapacity(self.readableBytes + patches.reduce(0) { $0 + $1.replacement.count })
        BytePatch.apply(patches, to: self.readableBytes) { range in
            if let kept = self.getSlice(at: self.readerIndex + range.lowerBound, length: range.count) {
                result.writeImmutableBuffer(kept)
            }
        } replace: { replacement in
            result.writeBytes(replacement)
        }
        return result
    }
}
