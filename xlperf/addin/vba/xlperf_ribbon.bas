Attribute VB_Name = "xlperf_ribbon"
Option Explicit

' The tab Performance: every button calls this, and its tag names the Python macro that works on this workbook.

Public Sub xlperf_run(control As IRibbonControl)
    On Error GoTo failed
    RunPython "import xlperf.ribbon; xlperf.ribbon." & control.Tag & "()"
    Exit Sub
failed:
    Application.StatusBar = False
    MsgBox "Excel could not start Python: " & Err.Description & vbNewLine & vbNewLine & PythonRemedy(), _
        vbExclamation, "xlperf"
End Sub

Private Function PythonRemedy() As String
    #If Mac Then
        PythonRemedy = "Run 'xlwings runpython install' in a terminal once, then try again. " & _
            "Without macros: close the workbook and run 'xlperf refresh' on it in a terminal."
    #Else
        PythonRemedy = "Run 'xlperf install' in a command window once, where xlperf is installed, then try " & _
            "again. Without macros: close the workbook and run 'xlperf refresh' on it in a command window."
    #End If
End Function

Public Sub xlperf_start()
    ' Starts Python for the functions of cells, so that the first formula need not wait. It does nothing unless the
    ' user's settings of xlwings say where Python is, and a failure is silent: the formulas will say it.
    #If Not Mac Then
        On Error Resume Next
        If GetConfig("INTERPRETER_WIN") <> "" Then XLPy.Exec "import xlperf.udfs"
    #End If
End Sub
