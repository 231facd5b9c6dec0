/// Where a stage is defined: its pipeline file, and its name there; `dir/pipeline.yml:name`.
public struct StageAddress: Sendable, Equatable, Hashable {
    /// The pipeline file, relative to the project's root.
    public var file: String
    /// The name under `stages`, with `@value` for generated stages.
    public var name: String

    /// Creates an address.
    public init(file: String, name: String) {
        self.file = file
        self.name = name
    }

    /// The name that is unique in the project: without the file if that is the root's.
    func text(in rootFile: String) -> String { file == rootFile ? name : "\(file):\(name)" }

    /// What `target`, given in `folder`, may be the address of, the likeliest first.
    ///
    /// A name alone is one of the nearest pipeline file; `:name` says so; `dir/pipeline.yml:name`
    /// is relative to `folder`. Colons may also belong to the name or to the path.
    static func candidates(_ target: String, folder: String, files: [String]) -> [StageAddress] {
        let nearest = nearestFile(folder, files)
        var found = [StageAddress(file: nearest, name: target)]
        for colon in target.indices where target[colon] == ":" {
            let name = String(target[target.index(after: colon)...])
            if colon == target.startIndex {
                found.append(StageAddress(file: nearest, name: name))
            } else if let file = try? PathRules.normalise(String(target[..<colon]), in: folder) {
                found.append(StageAddress(file: file, name: name))
            }
        }
        return found
    }

    /// The pipeline file of `folder`, or of the nearest folder around it.
    private static func nearestFile(_ folder: String, _ files: [String]) -> String {
        let root = files.first { !$0.utf8.contains(UInt8(ascii: "/")) } ?? files.first ?? ""
        let around = files.filter { file in
            let place = PathRules.folder(of: file)
            return !place.isEmpty && (folder == place || folder.hasPrefix(place + "/"))
        }
        return around.max { $0.utf8.count < $1.utf8.count } ?? root
    }
}

extension Stage {
    /// The file that defines the stage, and its name there.
    public var address: StageAddress {
        let prefix = location.file + ":"
        let isLong = name.hasPrefix(prefix)
        return StageAddress(
            file: location.file, name: isLong ? String(name.dropFirst(prefix.count)) : name)
    }
}
