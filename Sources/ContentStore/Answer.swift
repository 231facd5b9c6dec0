/// What a command printed, and all that it looked at for that: as long as everything looks the same
/// the command need not be worked out again.
///
/// The files only save time: damaged, absent or of another version they are made again.
public struct Answer: Sendable {
    static let header = "nlpipe answer 1"

    /// What was printed.
    public let text: [UInt8]
    private let places: [Observations.Place]
    private let seen: Digest

    /// Creates an answer; nil where what was seen is nothing to go by.
    public init?(text: [UInt8], _ observations: Observations) {
        guard let (places, digest) = observations.summary() else { return nil }
        self.text = text
        self.places = places
        seen = digest
    }

    /// Whether everything looks as it did.
    public func holds(on fileSystem: any FileSystem) -> Bool {
        // Folders may be large; single files are quicker than the start of a thread.
        let folders = places.filter { $0.look == .entries }
        guard
            var listed = try? Parallel.map(folders, { try $0.sight(on: fileSystem).bytes })
                .makeIterator()
        else { return false }
        var digester = Digester(.sha256)
        for place in places {
            let bytes =
                place.look == .entries
                ? listed.next() : try? place.sight(on: fileSystem).bytes
            guard let bytes else { return false }
            bytes.withUnsafeBytes { digester.update($0) }
        }
        return digester.finish() == seen
    }
}

extension Answer {
    /// A file: places line by line, the text, and a digest of it all.
    var bytes: [UInt8] {
        var body = "\(Answer.header)\n\(seen)\n\(places.count) \(text.count)\n"
        for place in places { body += "\(place.look.rawValue)\(PathText.escape(place.path))\n" }
        let bytes = Array(body.utf8) + text
        return bytes + Array("sha256 \(Digest(of: bytes))\n".utf8)
    }

    /// Reads what `bytes` gives; nil for anything else.
    init?(bytes: [UInt8]) {
        let trailer = 72  // "sha256 ", 64 digits, newline
        guard bytes.count > trailer else { return nil }
        let body = Array(bytes.dropLast(trailer))
        guard Array("sha256 \(Digest(of: body))\n".utf8) == Array(bytes.suffix(trailer))
        else { return nil }
        var rest = body[...]
        func line() -> String? {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            defer { rest = rest[(end + 1)...] }
            return String(validating: rest[..<end], as: UTF8.self)
        }
        guard line() == Answer.header, let seen = line().flatMap({ Digest(hex: $0) }),
            let counts = line()?.split(separator: " ").map({ Int($0) }), counts.count == 2,
            let places = counts[0], let length = counts[1]
        else { return nil }
        var read: [Observations.Place] = []
        while read.count < places {
            guard let line = line(), let look = line.first,
                let look = Observations.Look(rawValue: String(look)),
                let path = PathText.unescape(line.dropFirst())
            else { return nil }
            read.append(Observations.Place(look: look, path: path))
        }
        guard rest.count == length else { return nil }
        (text, self.places, self.seen) = (Array(rest), read, seen)
    }
}
