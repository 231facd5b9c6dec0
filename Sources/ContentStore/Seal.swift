import CCrypto

/// A signature that only those can make who know a key: HMAC-SHA256 (RFC 2104).
///
/// Records of runs at a remote say what a stage's result is; who may write there could say something
/// else. With a key, records without its signature do not count.
public struct Seal: Sendable {
    /// The environment variable that the key is in: it is a secret, and never in a file of git's.
    public static let variable = "NLPIPE_REMOTE_KEY"
    /// The fewest bytes of a key.
    public static let shortest = 16

    private let key: [UInt8]

    /// The seal of the key in an environment; nil where it has none.
    ///
    /// Throws `SealError` for a key that is too short to be one.
    public init?(environment: [String: String]) throws {
        guard let text = environment[Seal.variable], !text.isEmpty else { return nil }
        guard text.utf8.count >= Seal.shortest else {
            throw SealError(found: text.utf8.count)
        }
        key = Array(text.utf8)
    }

    /// The line that is put behind a line of text.
    public func line(below text: some StringProtocol) -> String {
        let bytes = Array(text.utf8)
        var code = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        let made = HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &code, &count)
        precondition(made != nil && count == 32, "libcrypto cannot compute HMAC-SHA256")
        return "\(Seal.head)\(Digest(bytes: code))\"}\n"
    }

    /// Whether `seal` is the line that belongs below `text`, without telling by the time it takes
    /// how much of it is right.
    public func isRight(_ seal: some StringProtocol, below text: some StringProtocol) -> Bool {
        let (given, expected) = (Array(seal.utf8), Array(line(below: text).utf8))
        return given.count == expected.count && CRYPTO_memcmp(given, expected, given.count) == 0
    }

    /// Whether a line looks like a seal.
    public static func isSeal(_ line: some StringProtocol) -> Bool { line.hasPrefix(head) }

    private static let head = "{\"hmac-sha256\":\""
}

/// A key that is none.
public struct SealError: Error, Equatable, CustomStringConvertible {
    /// The bytes that it has.
    public var found: Int

    /// The message: a line that stands alone, then facts, then a hint.
    public var description: String {
        """
        the key in the environment variable \(Seal.variable) is too short
          expected: \(Seal.shortest) bytes or more
          found:    \(found)
        hint: 'openssl rand -hex 32' makes one
        """
    }
}
