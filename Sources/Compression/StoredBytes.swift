import Tensors

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The bytes of a weight: made here, or where they lie in the mapped file of a model.
///
/// `Element` is `Int8` or `UInt8`.
enum StoredBytes<Element: FixedWidthInteger & Sendable>: Sendable {
    case made([Element])
    case mapped(FilePart)

    var count: Int {
        switch self {
        case .made(let elements): elements.count
        case .mapped(let part): part.count
        }
    }

    /// The elements, copied where they lie in a file.
    var array: [Element] {
        switch self {
        case .made(let elements): elements
        case .mapped: withElements { Array($0) }
        }
    }

    /// Calls `body` with the elements in place.
    func withElements<R>(_ body: (UnsafeBufferPointer<Element>) throws -> R) rethrows -> R {
        switch self {
        case .made(let elements): try elements.withUnsafeBufferPointer(body)
        case .mapped(let part):
            try part.withBytes { try body($0.assumingMemoryBound(to: Element.self)) }
        }
    }

    /// Whether one element has this bit pattern.
    func contains(bits: UInt8) -> Bool {
        withElements { elements in
            guard let base = elements.baseAddress else { return false }
            return memchr(base, Int32(bits), elements.count) != nil
        }
    }
}

extension StoredBytes: Equatable {
    static func == (a: StoredBytes, b: StoredBytes) -> Bool {
        a.withElements { a in
            b.withElements { b in a.count == b.count && a.elementsEqual(b) }
        }
    }
}
