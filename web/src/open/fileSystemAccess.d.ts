// Parts of the File System Access API that TypeScript's DOM types lack: not every browser has them.

interface Window {
  showOpenFilePicker?: (options: { multiple: boolean; id: string }) => Promise<FileSystemFileHandle[]>;
}

interface FileSystemHandle {
  queryPermission(options: { mode: 'read' }): Promise<PermissionState>;
  requestPermission(options: { mode: 'read' }): Promise<PermissionState>;
}

interface DataTransferItem {
  getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>;
}
