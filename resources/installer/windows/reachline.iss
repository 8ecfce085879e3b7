; Inno Setup 6: installer for one user, no administrator needed.
;
;   python resources\installer\folder.py
;   iscc /DVersion=X.Y.Z resources\installer\windows\reachline.iss          ->  dist\reachline-X.Y.Z-setup.exe
;
; Signed where a sign tool of the name "reachline" is set up and /DSigned is given:
;   iscc /DVersion=X.Y.Z /DSigned "/Sreachline=signtool sign /fd sha256 /tr http://timestamp.digicert.com /td sha256 $f" …

#ifndef Version
  #error Say which version: /DVersion=…
#endif

[Setup]
; Never changes: it is how Windows knows an older Reachline.
AppId={{6E0B7C1B-3C0E-4C55-9E33-6C7E6C1B1F52}
AppName=Reachline
AppVersion={#Version}
AppPublisher=The Reachline authors
SourceDir=..\..\..
OutputDir=dist
OutputBaseFilename=reachline-{#Version}-setup
; The user's own folder of programs: what {autopf} means for one user, but wine, where this is tested, does not know it.
DefaultDirName={localappdata}\Programs\Reachline
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
; Qt 6.11 needs Windows 10 1809.
MinVersion=10.0.17763
SetupIconFile=resources\icons\reachline.ico
UninstallDisplayIcon={app}\reachline.exe
LicenseFile=LICENSE
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
CloseApplications=yes
#ifdef Signed
SignTool=reachline
SignedUninstaller=yes
#endif

[Files]
Source: "dist\reachline\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[InstallDelete]
; Modules of an older version must not be found by a newer one.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
; The id is the program's own (desktop/app/qt.py): the taskbar keeps its windows and a pinned entry together by it.
Name: "{autoprograms}\Reachline"; Filename: "{app}\reachline.exe"; AppUserModelID: "Reachline"

[Registry]
Root: HKA; Subkey: "Software\Classes\reachline"; ValueType: string; ValueData: "URL:Reachline"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\reachline"; ValueType: string; ValueName: "URL Protocol"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\reachline\DefaultIcon"; ValueType: string; ValueData: "{app}\reachline.exe,0"
Root: HKA; Subkey: "Software\Classes\reachline\shell\open\command"; ValueType: string; ValueData: """{app}\reachline.exe"" -- ""%1"""

[Run]
Filename: "{app}\reachline.exe"; Description: "Start Reachline"; Flags: nowait postinstall skipifsilent

[CustomMessages]
DeleteProfile=Also delete Reachline's messages, settings and drafts from this computer?%n%nIntercom keeps its own messages.

[Code]
// Settings, messages and logs are kept for a later installation, unless the person wants them gone. Without questions,
// /DELETEPROFILE says so.
function IsProfileUnwanted(): Boolean;
var
  I: Integer;
begin
  Result := False;
  if UninstallSilent() then begin
    for I := 1 to ParamCount() do
      if CompareText(ParamStr(I), '/DELETEPROFILE') = 0 then
        Result := True;
  end else
    Result := MsgBox(CustomMessage('DeleteProfile'), mbConfirmation, MB_YESNO or MB_DEFBUTTON2) = IDYES;
end;

// The program's own setting "Start Reachline when I sign in" has written one value for each profile; Windows writes
// others of the same names where somebody has switched them off.
procedure DeleteLoginItems(Key: String);
var
  Names: TArrayOfString;
  I: Integer;
begin
  if RegGetValueNames(HKCU, Key, Names) then
    for I := 0 to GetArrayLength(Names) - 1 do
      if (Names[I] = 'Reachline') or (Pos('Reachline-', Names[I]) = 1) then
        RegDeleteValue(HKCU, Key, Names[I]);
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Profile: String;
begin
  if Step <> usPostUninstall then
    Exit;
  DeleteLoginItems('Software\Microsoft\Windows\CurrentVersion\Run');
  DeleteLoginItems('Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run');
  // Name and icon of its notifications, which the program's library writes.
  RegDeleteKeyIncludingSubkeys(HKCU, 'Software\Classes\AppUserModelId\Reachline');
  Profile := ExpandConstant('{localappdata}\Reachline');
  if DirExists(Profile) and IsProfileUnwanted() then
    DelTree(Profile, True, True, True);
end;
