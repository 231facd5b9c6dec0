import CCrypto

/// A SHA-256 digest: the name of some content.
public struct Digest: Sendable, Hashable, Comparable, CustomStringConvertible {
    // Big-endian words, so that comparing words in order compares bytes.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    init(bytes: some Collection<UInt8>) {
        var words: [UInt64] = [0, 0, 0, 0]
        for (index, byte) in bytes.prefix(32).enumerated() {
            words[index / 8] |= UInt64(byte) << UInt64(56 - 8 * (index % 8))
        }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// Computes the digest of `text` as UTF-8.
    public init(of text: String) {
        self.init(of: Array(text.utf8))
    }

    /// Computes the digest of `bytes`.
    public init(of bytes: [UInt8]) {
        var digester = Digester()
        bytes.withUnsafeBytes { digester.update($0) }
        self = digester.finish()
    }

    /// Reads 64 lower-case hexadecimal digits; nil for anything else.
    public init?(hex: some StringProtocol) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        var high: UInt8?
        for character in hex.utf8 {
            let digit: UInt8
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard bytes.count == 32, high == nil else { return nil }
        self.init(bytes: bytes)
    }

    /// The digest as 64 lower-case hexadecimal digits.
    public var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for word in [words.0, words.1, words.2, words.3] {
            for shift in stride(from: UInt64(60), through: 0, by: -4) {
                text.append(digits[Int(word >> shift & 15)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The digest in hexadecimal.
    public var description: String { hex }

    /// Whether both name the same content.
    public static func == (a: Digest, b: Digest) -> Bool { a.words == b.words }
    /// Order by value.
    public static func < (a: Digest, b: Digest) -> Bool { a.words < b.words }

    /// Hashes the digest.
    public func hash(into hasher: inout Swift.Hasher) {
        hasher.combine(words.0)
    }
}

/// A SHA-256 computation in progress, over libcrypto.
struct Digester: ~Copyable {
    private let context: OpaquePointer?
    private var sound: Bool

    init() {
        context = EVP_MD_CTX_new()
        sound = context != nil && EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    }

    deinit { EVP_MD_CTX_free(context) }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        sound = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 && sound
    }

    mutating func finish() -> Digest {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 32
        sound = EVP_DigestFinal_ex(context, &bytes, &count) == 1 && sound
        // libcrypto fails here only without memory or under a policy that forbids SHA-256; going on
        // would give every file the same name.
        precondition(sound, "libcrypto cannot compute SHA-256")
        return Digest(bytes: bytes)
    }
}
