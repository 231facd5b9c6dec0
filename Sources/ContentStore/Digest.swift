import CCrypto

/// The digest of some bytes: the name of some content.
public struct Digest: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// How digests are computed.
    public enum Algorithm: UInt8, Sendable {
        /// What nlpipe's own projects use, and every record of them.
        case sha256
        /// What DVC names content by.
        case md5

        var bytes: Int { self == .sha256 ? 32 : 16 }
    }

    /// How it was computed.
    public let algorithm: Algorithm
    /// Whether it names DVC's list of a folder's files, which has a name of its own for the same
    /// bytes.
    public let isList: Bool
    // Big-endian words, so that comparing words in order compares bytes.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    init(bytes: some Collection<UInt8>, _ algorithm: Algorithm = .sha256) {
        var rest = bytes.prefix(algorithm.bytes).makeIterator()
        func word() -> UInt64 {
            var word: UInt64 = 0
            for _ in 0..<8 { word = word << 8 | UInt64(rest.next() ?? 0) }
            return word
        }
        words = (word(), word(), word(), word())
        self.algorithm = algorithm
        isList = false
    }

    private init(_ other: Digest, isList: Bool) {
        words = other.words
        algorithm = other.algorithm
        self.isList = isList
    }

    /// Computes the digest of `text` as UTF-8.
    public init(of text: String, _ algorithm: Algorithm = .sha256) {
        self.init(of: Array(text.utf8), algorithm)
    }

    /// Computes the digest of `bytes`.
    public init(of bytes: [UInt8], _ algorithm: Algorithm = .sha256) {
        var digester = Digester(algorithm)
        bytes.withUnsafeBytes { digester.update($0) }
        self = digester.finish()
    }

    /// Reads lower-case hexadecimal digits, 64 of a SHA-256 and 32 of an MD5; nil for anything else.
    public init?(hex: some StringProtocol, _ algorithm: Algorithm = .sha256) {
        self.init(hex: hex.utf8, algorithm)
    }

    /// The same of a text's bytes.
    init?(hex digits: some Collection<UInt8>, _ algorithm: Algorithm) {
        let words =
            digits.withContiguousStorageIfAvailable { Digest.words(of: $0, algorithm) }
            ?? Array(digits).withUnsafeBufferPointer { Digest.words(of: $0, algorithm) }
        guard let words else { return nil }
        self.words = words
        self.algorithm = algorithm
        isList = false
    }

    private static func words(
        of digits: UnsafeBufferPointer<UInt8>, _ algorithm: Algorithm
    ) -> (UInt64, UInt64, UInt64, UInt64)? {
        guard digits.count == 2 * algorithm.bytes else { return nil }
        let text = UnsafeRawBufferPointer(digits)
        var isWhole = true
        func half(_ place: Int) -> UInt64 {
            let word = text.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            guard let number = HexDigits.number(UInt64(bigEndian: word)) else {
                isWhole = false
                return 0
            }
            return UInt64(number)
        }
        func word(_ number: Int) -> UInt64 { half(16 * number) << 32 | half(16 * number + 8) }
        let isLong = algorithm == .sha256
        let words = (word(0), word(1), isLong ? word(2) : 0, isLong ? word(3) : 0)
        return isWhole ? words : nil
    }

    /// Reads what `name` gives; nil for anything else.
    public init?(name: some StringProtocol, _ algorithm: Algorithm) {
        let isList = algorithm == .md5 && name.hasSuffix(Digest.listSuffix)
        let hex = isList ? String(name.dropLast(Digest.listSuffix.count)) : String(name)
        guard let digest = Digest(hex: hex, algorithm) else { return nil }
        self.init(digest, isList: isList)
    }

    private static let listSuffix = ".dir"

    /// Appends the bytes of the digest.
    func append(to bytes: inout [UInt8]) {
        let all = (
            words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
        )
        withUnsafeBytes(of: all) { bytes.append(contentsOf: $0.prefix(algorithm.bytes)) }
    }

    /// The digest in lower-case hexadecimal digits.
    public var hex: String {
        String(unsafeUninitializedCapacity: 2 * algorithm.bytes) { text in
            writeHex(to: UnsafeMutableRawBufferPointer(text), at: 0)
            return 2 * algorithm.bytes
        }
    }

    /// Writes a folder's path, `/`, the first two digits, `/`, and the rest of the name.
    func path(in folder: [UInt8]) -> String {
        let suffix = isList ? Array(Digest.listSuffix.utf8) : []
        let count = folder.count + 2 + 2 * algorithm.bytes + suffix.count
        return String(unsafeUninitializedCapacity: count) { text in
            _ = text.initialize(fromContentsOf: folder)
            let slash = folder.count
            writeHex(to: UnsafeMutableRawBufferPointer(text), at: slash + 2)
            // The first two digits go a place to the left, and the second `/` behind them.
            (text[slash + 1], text[slash + 2]) = (text[slash + 2], text[slash + 3])
            text[slash] = UInt8(ascii: "/")
            text[slash + 3] = UInt8(ascii: "/")
            _ = text[(count - suffix.count)...].initialize(fromContentsOf: suffix)
            return count
        }
    }

    /// Writes the digits, from a place on.
    func writeHex(to text: UnsafeMutableRawBufferPointer, at place: Int) {
        for (index, eight) in eights.enumerated() {
            text.storeBytes(of: eight.bigEndian, toByteOffset: place + 8 * index, as: UInt64.self)
        }
    }

    /// The digits, eight to a number.
    private var eights: some Sequence<UInt64> {
        (0..<algorithm.bytes / 4).lazy.map { index in
            let word =
                switch index / 2 {
                case 0: words.0
                case 1: words.1
                case 2: words.2
                default: words.3
                }
            return HexDigits.text(
                UInt32(truncatingIfNeeded: index.isMultiple(of: 2) ? word >> 32 : word))
        }
    }

    /// The first byte: which of a store's folders an object is in.
    var start: UInt8 { UInt8(truncatingIfNeeded: words.0 >> 56) }

    /// What an object of this digest is called: the digits, and `.dir` after those of a list.
    public var name: String { isList ? hex + Digest.listSuffix : hex }

    /// The name.
    public var description: String { name }

    /// The same digits as the name of a list of files.
    var ofList: Digest { Digest(self, isList: true) }

    /// Whether both were computed from the same bytes.
    func hasBytes(of other: Digest) -> Bool {
        words == other.words && algorithm == other.algorithm
    }

    /// Whether both name the same content.
    public static func == (a: Digest, b: Digest) -> Bool {
        a.hasBytes(of: b) && a.isList == b.isList
    }
    /// Order by value; of equal ones a list comes second.
    public static func < (a: Digest, b: Digest) -> Bool {
        if a.words != b.words { return a.words < b.words }
        if a.algorithm != b.algorithm { return a.algorithm.rawValue < b.algorithm.rawValue }
        return !a.isList && b.isList
    }

    /// Hashes the digest.
    public func hash(into hasher: inout Swift.Hasher) {
        hasher.combine(words.0)
    }
}

/// A digest in the making, over libcrypto.
struct Digester: ~Copyable {
    private let algorithm: Digest.Algorithm
    private let context: OpaquePointer?
    private var sound: Bool

    init(_ algorithm: Digest.Algorithm) {
        self.algorithm = algorithm
        let method = algorithm == .sha256 ? Digester.sha256 : Digester.md5
        context = EVP_MD_CTX_new()
        sound = context != nil && EVP_DigestInit_ex(context, method, nil) == 1
    }

    // Looked up once, and not for every digest; a configuration of libcrypto would have no say.
    nonisolated(unsafe) private static let sha256 = method("SHA256")
    nonisolated(unsafe) private static let md5 = method("MD5")

    private static func method(_ name: String) -> OpaquePointer? {
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil)
        return EVP_MD_fetch(nil, name, nil)
    }

    deinit { EVP_MD_CTX_free(context) }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        sound = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 && sound
    }

    mutating func finish() -> Digest {
        var bytes = [UInt8](repeating: 0, count: algorithm.bytes)
        var count = UInt32(algorithm.bytes)
        sound = EVP_DigestFinal_ex(context, &bytes, &count) == 1 && sound
        // libcrypto fails here only without memory or under a policy that forbids the algorithm;
        // going on would give every file the same name.
        precondition(sound, "libcrypto cannot compute \(algorithm)")
        return Digest(bytes: bytes, algorithm)
    }
}
