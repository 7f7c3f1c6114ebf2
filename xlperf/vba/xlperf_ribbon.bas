Attribute VB_Name = "xlperf_ribbon"
Option Explicit

' The tab Performance: every button calls xlperf_run, and its tag names the Python macro that works on this workbook.
' What is in the way of Python is looked for first (module xlperf_failures), so that a click ends in words that help.

Private TriesAnyway As Boolean

Public Sub xlperf_run(control As IRibbonControl)
    Dim obstacle As String
    On Error GoTo failed
    If control.Tag = "guide" Then DescribeFunctions
    #If Mac Then
        RunPython "import xlperf.ribbon; xlperf.ribbon." & control.Tag & "()"
    #Else
        obstacle = ObstacleFound()
        If obstacle <> "" Then
            MsgBox obstacle, vbExclamation, "xlperf"
        ElseIf MayTry() Then
            StartPython control.Tag
        End If
    #End If
    Exit Sub
failed:
    obstacle = FailureText(Err.Number, Err.Description)
    Application.StatusBar = False
    MsgBox obstacle, vbExclamation, "xlperf"
End Sub

Private Function MayTry() As Boolean
    ' Defender records every attempt that its rule blocks, so nobody makes one without knowing. Asked once an opening.
    Dim blocked As String
    If Not TriesAnyway Then blocked = BlockedText()
    If blocked <> "" Then TriesAnyway = (MsgBox(blocked, vbExclamation + vbYesNo + vbDefaultButton2, "xlperf") = vbYes)
    MayTry = (blocked = "" Or TriesAnyway)
End Function

Public Sub StartPython(ByVal macro As String)
    ' RunPython loads everything heavy that xlwings finds beside it; the entry of xlperf does not. Where conda, folders
    ' of the setting PYTHONPATH, or the Python of the functions are needed, only RunPython can.
    If IsPath(InterpreterPath()) And Not ServesButtons() And Not StartsConda() And GetConfig("PYTHONPATH") = "" Then
        RunFrozenPython InterpreterPath(), "-P -B -m xlperf.button " & macro
    Else
        RunPython "import xlperf.ribbon; xlperf.ribbon." & macro & "()"
    End If
End Sub
