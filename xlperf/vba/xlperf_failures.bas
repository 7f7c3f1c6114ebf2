Attribute VB_Name = "xlperf_failures"
Option Explicit

' What keeps Excel from starting Python: checked before (ObstacleFound, RuleBlocks), or known from the error number
' afterwards (FailureText). Each text says what to do, and ends with the way that works without any of this.

Public Const CHILD_PROCESS_RULE As String = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
Public Const WIN32_RULE As String = "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b"
Private Const CHILD_PROCESS_NAME As String = "Block all Office applications from creating child processes"
Private Const WIN32_NAME As String = "Block Win32 API calls from Office macros"
Private Const POLICIES As String = "HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\"
Private Const LOCAL_SETTINGS As String = "HKLM\SOFTWARE\Microsoft\Windows Defender\"
Private Const RULES As String = "Windows Defender Exploit Guard\ASR\Rules\"
Private Const LONGEST As Integer = 1000  ' characters of a message; MsgBox shows about 1,024

' --- What the settings of xlwings say ---

Public Function InterpreterPath() As String
    InterpreterPath = GetConfig("INTERPRETER_WIN")
End Function

Public Function IsPath(ByVal text As String) As Boolean
    IsPath = InStr(text, "\") > 0
End Function

Public Function ServesButtons() As Boolean
    ServesButtons = GetConfig("USE UDF SERVER", False)
End Function

Public Function StartsConda() As Boolean
    StartsConda = (GetConfig("CONDA PATH") <> "" And GetConfig("CONDA ENV") <> "")
End Function

' --- Before Python is started ---

Public Function ObstacleFound() As String
    ' Empty: nothing is seen. A name without a folder, or conda, is for Windows to find, so nothing is said of it.
    Dim path As String, home As String, why As String
    path = InterpreterPath()
    If StartsConda() Then Exit Function
    If path = "" Then
        If GetConfig("INTERPRETER") = "" Then why = "Excel was not told which Python to start. " & SetUp()
    ElseIf Not IsPath(path) Then
        Exit Function
    ElseIf xlwings.FileExists(path) Then
        home = BaseFolder(path)
        If home <> "" And Not xlwings.FileExists(home & "\python.exe") Then
            why = "The Python that this environment was made from is gone: there is none in " & home & ". It " & _
                "was uninstalled, or replaced by a newer version. Create the environment again. " & SetUp()
        End If
    ElseIf xlwings.FileExists(EnvironmentFile(path)) Then
        why = "Python is missing from its environment: there is no " & path & ", though the rest is there. A virus " & _
            "scanner may have removed it: ask the IT department to restore it and to allow it. Or create the " & _
            "environment again. " & SetUp()
    Else
        why = "Python is not where Excel was told: there is no " & path & ", or you may not read it. It was " & _
            "moved, renamed or deleted, or its drive is not connected. " & SetUp()
    End If
    If why <> "" Then ObstacleFound = Ended(why)
End Function

Private Function EnvironmentFile(ByVal path As String) As String
    Dim folder As String
    folder = ParentFolder(path)
    If IsPath(folder) Then EnvironmentFile = ParentFolder(folder) & "\pyvenv.cfg"
End Function

Private Function BaseFolder(ByVal path As String) As String
    ' Folder of the Python that an environment was made from: "home = ..." in its pyvenv.cfg. Empty: not known.
    Dim entry As Variant, parts As Variant
    On Error GoTo unknown
    If Not xlwings.FileExists(EnvironmentFile(path)) Then Exit Function
    For Each entry In Split(Replace(ReadFile(EnvironmentFile(path)), vbCr, ""), vbLf)
        parts = Split(entry, "=", 2)
        If UBound(parts) = 1 Then
            If LCase$(Trim$(parts(0))) = "home" Then BaseFolder = Trim$(parts(1))
        End If
    Next
unknown:
End Function

Public Function RuleBlocks(ByVal rule As String) As Boolean
    ' Whether a rule of Defender is set to block, as far as this account may read it; 1 is block.
    Dim state As String, managed As String
    state = RegistryText(POLICIES & RULES & rule)
    If state = "" Then state = RegistryText(LOCAL_SETTINGS & RULES & rule)
    If state = "" Then
        managed = "|" & Unbraced(RegistryText(POLICIES & "Policy Manager\ASRRules")) & "|"
        If InStr(managed, "|" & rule & "=1|") > 0 Then state = "1"
    End If
    RuleBlocks = (state = "1")
End Function

Private Function Unbraced(ByVal text As String) As String
    Unbraced = LCase$(Replace(Replace(Replace(text, "{", ""), "}", ""), " ", ""))
End Function

Private Function RegistryText(ByVal name As String) As String
    On Error Resume Next
    RegistryText = CStr(WScript.RegRead(name))
End Function

Public Function BlockedText() As String
    ' What is set to block what a click needs; empty: nothing that this account may read. The functions of cells, and
    ' the buttons where the Python of the functions serves them, call Win32 (they load a DLL); the others do not.
    Dim needed As String
    If RuleBlocks(CHILD_PROCESS_RULE) Or (ServesButtons() And RuleBlocks(WIN32_RULE)) Then
        needed = RuleText() & "Unless the IT department made an exclusion, Excel cannot start Python (it would say: " & _
            "error 70, permission denied), and the attempt is recorded. Try all the same?"
        BlockedText = Ended(needed)
    End If
End Function

' --- After an error ---

Public Function FailureText(ByVal number As Long, ByVal description As String) As String
    Dim what As String
    #If Mac Then
        FailureText = "Excel could not start Python: " & description & vbNewLine & vbNewLine & _
            "Run 'xlwings runpython install' in a terminal once, then try again." & vbNewLine & vbNewLine & _
            "What works now: save and close the workbook, then in a terminal: python -m xlperf refresh FILE"
    #Else
        what = "Excel could not start Python (error " & number & ": " & description & "). "
        Select Case number
            Case 70, -2147024891  ' permission denied; E_ACCESSDENIED
                what = what & "Windows or a security program did not let it. " & RuleText() & ForIT()
            Case 1000  ' of the DLL of xlwings: no process could be made
                what = what & "Windows or a security program did not let the DLL start it. " & RuleText() & ForIT()
            Case 1, 48, 53  ' of xlwings: no DLL in its places; error in loading DLL; file not found
                what = what & "A file is missing or may not be loaded: the DLL of xlwings, or the log that " & _
                    "cmd.exe writes. A virus scanner may have removed or stopped it. " & RuleText() & SetUp()
            Case 13, 457  ' type mismatch, key given twice: in the settings of xlwings
                what = what & "A setting of xlwings cannot be used. This says which: " & PythonCommand() & _
                    " -m xlperf doctor FILE"
            Case 429  ' no object could be made
                what = what & "Windows Script Host, which starts it, is switched off or missing. " & ForIT()
            Case -2147023636  ' ERROR_ACCESS_DISABLED_BY_POLICY
                what = what & "A policy of your organisation (AppLocker or App Control) blocks it. " & ForIT()
            Case -2147024671, -2147024670  ' ERROR_VIRUS_INFECTED, ERROR_VIRUS_DELETED
                what = what & "The virus scanner stopped or removed it. " & ForIT()
            Case Else
                what = what & SetUp()
        End Select
        FailureText = Ended(what)
    #End If
End Function

Private Function RuleText() As String
    Dim found As String
    If RuleBlocks(CHILD_PROCESS_RULE) Then found = "'" & CHILD_PROCESS_NAME & "' (" & CHILD_PROCESS_RULE & ")"
    If RuleBlocks(WIN32_RULE) Then
        If found <> "" Then found = found & " and "
        found = found & "'" & WIN32_NAME & "' (" & WIN32_RULE & ")"
    End If
    If found = "" Then
        RuleText = "Most often it is the rule of Microsoft Defender '" & CHILD_PROCESS_NAME & "'. "
    Else
        RuleText = "Set to block by Microsoft Defender here: " & found & ". "
    End If
End Function

' --- Parts of the texts ---

Private Function SetUp() As String
    SetUp = "Run, with the Python that xlperf is installed in: python -m xlperf install"
End Function

Private Function ForIT() As String
    ForIT = "Give the IT department the page that this prints: " & PythonCommand() & " -m xlperf doctor --it"
End Function

Private Function PythonCommand() As String
    PythonCommand = "python"
    On Error GoTo unknown
    If IsPath(InterpreterPath()) Then
        If xlwings.FileExists(InterpreterPath()) Then PythonCommand = """" & InterpreterPath() & """"
    End If
unknown:
End Function

Private Function Ended(ByVal text As String) As String
    ' A text with the way that works in any case, which is never what is cut off.
    Dim way As String
    way = vbNewLine & vbNewLine & "What works now: save and close the workbook, then in the Command Prompt: " & _
        PythonCommand() & " -m xlperf refresh """ & ShownName() & """"
    If PythonCommand() = "python" Then way = way & " (with a Python that xlperf is installed in)"
    Ended = Left$(text, LONGEST - Len(way)) & way
End Function

Private Function ShownName() As String
    ShownName = "FILE"
    On Error Resume Next
    If InStr(ThisWorkbook.FullName, "://") = 0 Then ShownName = ThisWorkbook.FullName
End Function
