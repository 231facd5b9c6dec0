@testable import Pipelines
import Testing

struct RemoteAddressTests {
    private func settings(_ url: String, _ options: [String: String] = [:]) -> [String: String] {
        guard case .rclone(_, let settings) = RemoteAddress(url: url, options: options, root: "/r")
        else { return [:] }
        return settings
    }

    private func target(_ url: String) -> String? {
        guard case .rclone(let target, _) = RemoteAddress(url: url, root: "/r") else { return nil }
        return target
    }

    @Test func foldersStayFolders() {
        #expect(RemoteAddress(url: "/a/b", root: "/r") == .folder("/a/b"))
        #expect(RemoteAddress(url: "../b", root: "/r") == .folder("/r/../b"))
        #expect(RemoteAddress(url: "file:///a", root: "/r") == .folder("/a"))
        #expect(RemoteAddress(url: "./a:b", root: "/r") == .folder("/r/./a:b"))
        #expect(RemoteAddress(url: "/a:b/c", root: "/r") == .folder("/a:b/c"))
    }

    @Test func everySchemeHasItsNameInRclone() {
        #expect(target("s3://bucket/some/path") == ":s3:bucket/some/path")
        #expect(target("gs://bucket/p") == ":gcs:bucket/p")
        #expect(target("azure://container/p") == ":azureblob:container/p")
        #expect(target("ssh://host/p") == ":sftp:/p")
        #expect(target("webdavs://host/p") == ":webdav:")
        #expect(target("mine:bucket/p") == "mine:bucket/p")
        #expect(settings("webdavs://host/p") == ["RCLONE_WEBDAV_URL": "https://host/p"])
    }

    @Test func optionsAreHandedOverInTheEnvironment() {
        #expect(settings("s3://b")["RCLONE_S3_ENV_AUTH"] == "true")
        let own = settings(
            "s3://b",
            ["endpointurl": "http://h", "access_key_id": "k", "secret_access_key": "s"])
        #expect(own["RCLONE_S3_PROVIDER"] == "Other" && own["RCLONE_S3_ENDPOINT"] == "http://h")
        #expect(own["RCLONE_S3_ENV_AUTH"] == "false" && own["RCLONE_S3_SECRET_ACCESS_KEY"] == "s")
        let shell = settings("sftp://me@host:2222/p", ["keyfile": "/k"])
        #expect(
            shell == [
                "RCLONE_SFTP_USER": "me", "RCLONE_SFTP_HOST": "host", "RCLONE_SFTP_PORT": "2222",
                "RCLONE_SFTP_KEY_FILE": "/k",
            ])
    }

    @Test func whatCannotBeIsRefused() {
        for url in [
            "", "~/x", "ftp://h/x", "s3:///x", "file://h/x", ":s3:b", "ssh://me:word@h/x", "a\nb",
        ] {
            #expect(RemoteAddress.problem(of: url) != nil, "\(url)")
        }
        for url in ["/x", "x", "s3://b", "ssh://me@h:22/x", "mine:x", "file:///x"] {
            #expect(RemoteAddress.problem(of: url) == nil, "\(url)")
        }
    }
}
