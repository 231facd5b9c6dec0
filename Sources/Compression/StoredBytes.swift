import Tensors

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The bytes of a weight: made here, or where they lie in the mapped file of a model, all of them or
/// those that are not zero.
///
/// `Element` is `Int8` or `UInt8`.
enum StoredBytes<Element: FixedWidthInteger & Sendable>: Sendable {
    case made([Element])
    case mapped(FilePart)
    case sparse(SparseBytes)

    var count: Int {
        switch self {
        case .made(let elements): elements.count
        case .mapped(let part): part.count
        case .sparse(let sparse): sparse.count
        }
    }

    /// The elements, copied where they lie in a file.
    var array: [Element] {
        if case .made(let elements) = self { return elements }
        return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = buffer.baseAddress { copy(to: base) }
            initialized = count
        }
    }

    /// Writes all elements to `target`.
    func copy(to target: UnsafeMutablePointer<Element>) {
        switch self {
        case .made, .mapped:
            withElements {
                if let base = $0.baseAddress { target.update(from: base, count: count) }
            }
        case .sparse(let sparse): _ = sparse.copy(0..<count, skipping: 0, to: target)
        }
    }

    /// Calls `body` with the elements, in place where they are all there.
    func withElements<R>(_ body: (UnsafeBufferPointer<Element>) throws -> R) rethrows -> R {
        switch self {
        case .made(let elements): try elements.withUnsafeBufferPointer(body)
        case .mapped(let part):
            try part.withBytes { try body($0.assumingMemoryBound(to: Element.self)) }
        case .sparse: try array.withUnsafeBufferPointer(body)
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
