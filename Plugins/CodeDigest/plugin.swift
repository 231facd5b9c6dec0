import Foundation
import PackagePlugin

/// Compiles a digest of a target's code into the target, as `CodeDigest.value`.
///
/// The code is that of the target and of all targets of this package that it depends on, with the
/// headers of C targets. Other packages are not looked at: their versions are pinned.
@main
struct CodeDigest: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let ours = Set(context.package.targets.map(\.id))
        let targets = [target] + target.recursiveTargetDependencies.filter { ours.contains($0.id) }
        let files = Set(targets.compactMap { $0 as? any SourceModuleTarget }.flatMap(sources))
            .sorted { $0.path < $1.path }
        let out = context.pluginWorkDirectoryURL.appending(path: "CodeDigest.generated.swift")
        return [
            .buildCommand(
                displayName: "Digest of the code of \(target.name)",
                executable: try context.tool(named: "codedigest").url,
                arguments: [out.path, context.package.directoryURL.path] + files.map(\.path),
                inputFiles: files, outputFiles: [out])
        ]
    }

    private func sources(of target: any SourceModuleTarget) -> [URL] {
        let listed = target.sourceFiles.filter { $0.type == .source || $0.type == .header }.map(
            \.url)
        guard target is ClangSourceModuleTarget else { return listed }
        let folder = FileManager.default.enumerator(
            at: target.directoryURL, includingPropertiesForKeys: nil)
        let headers = (folder?.allObjects ?? []).compactMap { $0 as? URL }
            .filter { $0.pathExtension == "h" }
        return listed + headers.map { URL(fileURLWithPath: $0.path) }
    }
}
