import Glibc

/// The lines of standard input, handed over as they come: one when a person types, many at a time
/// from a file.
struct LineInput {
    private let descriptor: Int32
    private var rest: [UInt8] = []
    private var isAtEnd = false

    /// Creates a reader of an open file.
    init(descriptor: Int32 = STDIN_FILENO) { self.descriptor = descriptor }

    /// The next lines, at least one, without their newlines; nil at the end.
    mutating func next() throws -> [String]? {
        while !isAtEnd {
            var piece = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(descriptor, &piece, piece.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw UsageError.unreadable(
                    path: "standard input", reason: String(cString: strerror(errno)))
            }
            isAtEnd = count == 0
            let offset = rest.count
            let newline = piece[..<count].lastIndex(of: UInt8(ascii: "\n"))
            rest += piece[..<count]
            guard let newline else { continue }
            let end = offset + newline
            defer { rest.removeFirst(end + 1) }
            return rest[..<end].split(
                separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
            ).map(Self.text)
        }
        guard !rest.isEmpty else { return nil }
        defer { rest = [] }
        return [Self.text(rest[...])]
    }

    /// A line as text; a carriage return before the newline is no part of it.
    private static func text(_ line: ArraySlice<UInt8>) -> String {
        let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        return String(decoding: line, as: UTF8.self)
    }
}
