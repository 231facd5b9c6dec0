import OrderedCollections
import ParamValues
import Pipelines

extension ProjectValues {
    /// The parameters files as experiments show them: `params.yaml` and what the top level names as a
    /// whole, of other files the keys that stages name.
    ///
    /// - Parameter used: only what stages name, of all files.
    public func paramsOnRecord(used: Bool = false) throws -> [ValueFile] {
        guard let pipeline else { return [] }
        let whole = Set(
            [PipelineReader.defaultParamsFile] + pipeline.paramsFiles + pipeline.templateFiles)
        return try params(used: used).compactMap { file in
            guard file.problem == nil, used || !whole.contains(file.path) else { return file }
            let deps = pipeline.stages.flatMap(\.params).filter { $0.file == file.path }
            if deps.contains(where: { $0.keys == nil }) { return file }
            guard !deps.isEmpty else { return nil }
            var file = file
            var root: ParamValue = .map([:])
            for key in deps.flatMap({ $0.keys ?? [] }) {
                guard let value = file.root.value(at: key) else { continue }
                root = root.adding(value, at: key.split(separator: ".").map(String.init)[...])
            }
            file.root = root
            return file
        }
    }
}

extension ParamValue {
    /// The map with a value more at a path of keys.
    fileprivate func adding(_ value: ParamValue, at path: ArraySlice<String>) -> ParamValue {
        guard let key = path.first else { return value }
        var map: OrderedDictionary<String, ParamValue> = [:]
        if case .map(let present) = self { map = present }
        map[key] = (map[key] ?? .map([:])).adding(value, at: path.dropFirst())
        return .map(map)
    }
}
