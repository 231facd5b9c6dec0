/// The header of a safetensors file, checked against the file's size.
struct SafeTensorsHeader: Sendable {
    /// One tensor: `range` are its bytes in the file.
    struct Entry: Sendable {
        let dtype: SafeTensors.DType
        let shape: [Int]
        let range: Range<Int>
    }

    let path: String
    private(set) var tensors: [String: Entry] = [:]
    private(set) var metadata: [String: String] = [:]

    /// The reference reader's bound on the header's length.
    static let longest = 100_000_000

    init(path: String, bytes: FileBytes) throws {
        self.path = path
        guard bytes.count >= 8 else { throw damaged("it has \(bytes.count) bytes, not even 8") }
        let length = bytes.withBytes { source in
            UInt64(littleEndian: source.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        }
        guard length <= SafeTensorsHeader.longest, Int(length) <= bytes.count - 8 else {
            throw damaged(
                "its header is said to have \(length) bytes, the file has \(bytes.count)")
        }
        let start = 8 + Int(length)
        let json: JSONValue
        do {
            json = try bytes.withBytes { try JSONValue(parsing: $0[8..<start]) }
        } catch let error as JSONError {
            throw damaged("its header is \(error)")
        }
        guard let members = json.object else { throw damaged("its header is no JSON object") }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if name == "__metadata__" {
                metadata = try text(value)
            } else {
                tensors[name] = try entry(name, value, dataStart: start, fileSize: bytes.count)
            }
        }
        try checkCover(start..<bytes.count)
    }

    func entry(_ name: String) throws -> Entry {
        guard let entry = tensors[name] else {
            throw SafeTensorsError.missing(path: path, tensor: name)
        }
        return entry
    }

    func wrongType(_ name: String, _ expected: String) -> SafeTensorsError {
        .wrongType(
            path: path, tensor: name, expected: expected,
            found: tensors[name]?.dtype.rawValue ?? "none")
    }

    private func damaged(_ reason: String) -> SafeTensorsError {
        .damaged(path: path, reason: reason)
    }

    private func text(_ value: JSONValue) throws -> [String: String] {
        guard let members = value.object else { throw damaged("'__metadata__' is no object") }
        return try members.mapValues {
            guard let text = $0.string else { throw damaged("'__metadata__' holds no strings") }
            return text
        }
    }

    private func entry(
        _ name: String, _ value: JSONValue, dataStart: Int, fileSize: Int
    ) throws -> Entry {
        func fail(_ reason: String) -> SafeTensorsError {
            .damagedTensor(path: path, tensor: name, reason: reason)
        }
        guard let typeName = value["dtype"]?.string else { throw fail("it has no 'dtype'") }
        guard let dtype = SafeTensors.DType(rawValue: typeName) else {
            throw fail("type '\(typeName)' is not supported")
        }
        let shape = value["shape"]?.array?.map(\.integer)
        guard let shape, shape.allSatisfy({ ($0 ?? -1) >= 0 }) else {
            throw fail("its 'shape' is no list of sizes")
        }
        let sizes = shape.compactMap(\.self)
        var bytes = dtype.size
        for size in sizes {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
            guard !overflow else { throw fail("its shape \(sizes) is too large") }
            bytes = product
        }
        guard let offsets = value["data_offsets"]?.array, offsets.count == 2,
            let begin = offsets[0].integer, let end = offsets[1].integer,
            begin >= 0, begin <= end, end <= fileSize - dataStart
        else { throw fail("its 'data_offsets' do not lie in the file") }
        guard end - begin == bytes else {
            throw fail("\(dtype.rawValue)\(sizes) needs \(bytes) bytes, it has \(end - begin)")
        }
        return Entry(dtype: dtype, shape: sizes, range: dataStart + begin..<dataStart + end)
    }

    private func checkCover(_ data: Range<Int>) throws {
        var end = data.lowerBound
        let sorted = tensors.sorted {
            ($0.value.range.lowerBound, $0.value.range.upperBound, $0.key)
                < ($1.value.range.lowerBound, $1.value.range.upperBound, $1.key)
        }
        for (name, entry) in sorted {
            guard entry.range.lowerBound == end else {
                throw SafeTensorsError.damagedTensor(
                    path: path, tensor: name,
                    reason: entry.range.lowerBound < end
                        ? "its bytes overlap those of another tensor"
                        : "there is a gap of unused bytes before it")
            }
            end = entry.range.upperBound
        }
        guard end == data.upperBound else {
            throw damaged("\(data.upperBound - end) bytes at its end belong to no tensor")
        }
    }
}
